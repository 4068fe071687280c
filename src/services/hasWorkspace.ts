import { workspaceExists } from '../store/workspaces.ts';
import type { App } from './app.ts';

export async function hasWorkspace(app: App, id: string): Promise<boolean> {
  return app.database.inWorkspace(id, workspaceExists);
}
