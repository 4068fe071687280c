import type { Language } from '../domain/timeline.ts';
import { only, type Tx, type WorkspaceTx } from './database.ts';

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
}

/** As the owner: a workspace that does not exist yet cannot be worked in. */
export async function insertWorkspace(
  owner: Tx,
  workspace: { readonly name: string; readonly language: Language },
): Promise<string> {
  const rows = await owner.rows<{ id: string }>(
    'insert into workspaces (name, language) values ($1, $2) returning workspace_id as id',
    [workspace.name, workspace.language],
  );
  return only(rows).id;
}

/** False for an id that no workspace has. */
export async function workspaceExists(tx: WorkspaceTx): Promise<boolean> {
  return (await tx.rows('select from workspaces')).length > 0;
}

export async function readWorkspace(tx: WorkspaceTx): Promise<Workspace> {
  return only(
    await tx.rows<Workspace>('select workspace_id as id, name, language from workspaces'),
  );
}

/** All of them, the oldest first: for the operator, as the owner. */
export async function readWorkspaces(owner: Tx): Promise<readonly Workspace[]> {
  return owner.rows<Workspace>(
    'select workspace_id as id, name, language from workspaces order by created_at, workspace_id',
  );
}
