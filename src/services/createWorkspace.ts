import type { Language } from '../domain/timeline.ts';
import { insertWorkspace } from '../store/workspaces.ts';
import type { App } from './app.ts';

/** Returns the id of the new workspace. */
export async function createWorkspace(
  app: App,
  workspace: { readonly name: string; readonly language: Language },
): Promise<string> {
  return app.database.asOwner((owner) => insertWorkspace(owner, workspace));
}
