import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { hasCode } from '../../platform/system-error.ts';
import { EmbeddedPostgresFailed } from './failure.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`: there on every Linux, and initdb refuses a uid without an entry in the user table. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * Whom the server has to run as; undefined means as ourselves. PostgreSQL refuses to run as root, so root hands
 * it to the owner of an existing cluster, or to `nobody`.
 */
export async function serverAccount(cluster: string): Promise<Account | undefined> {
  const own = process.getuid?.();
  const owner = await ownerOf(cluster);
  if (own === undefined) return undefined;
  if (own === 0) {
    if (owner?.uid === 0) {
      throw new EmbeddedPostgresFailed(
        `${cluster} belongs to root, whom PostgreSQL refuses to run as; ` +
          `run chown -R ${NOBODY.uid}:${NOBODY.gid} on it`,
      );
    }
    return owner ?? NOBODY;
  }
  if (owner !== undefined && owner.uid !== own) {
    throw new EmbeddedPostgresFailed(
      `${cluster} belongs to user ${owner.uid} but this process runs as user ${own}; ` +
        `start it as the user who made the data, or run chown -R ${own} on the data folder`,
    );
  }
  return undefined;
}

async function ownerOf(path: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The first folder on the way to `path`, itself included, that the account may not pass. */
export async function blockedFolder(path: string, account: Account): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await blockedFolder(parent, account);
  if (above !== undefined) return above;
  const { uid, gid, mode } = await stat(path);
  const pass = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & pass) === 0 ? path : undefined;
}
