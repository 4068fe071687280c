import { readWorkspaces, type Workspace } from '../store/workspaces.ts';
import type { App } from './app.ts';

/** The companies of this installation, for its operator. */
export async function listWorkspaces(app: App): Promise<readonly Workspace[]> {
  return app.database.asOwner(readWorkspaces);
}
