import { listLinksWithNames, type NamedLink } from '../store/links.ts';
import type { App } from './app.ts';

/** Each pairing with its evidence, rule version, actor, time and basis (R08), newest first; at most 1,000. */
export async function listLinks(app: App, workspace: string): Promise<readonly NamedLink[]> {
  return app.database.inWorkspace(workspace, (tx) => listLinksWithNames(tx, 1_000));
}
