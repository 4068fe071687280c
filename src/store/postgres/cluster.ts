import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { hasCode } from '../../platform/system-error.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresFailed } from './failure.ts';
import { environment, isAlive } from './process.ts';
import type { Site } from './site.ts';

const MAJOR_VERSION = '18';
const ACCESS_FILE = 'echofile-access.json';
const run = promisify(execFile);

/** A plain `pg` pool configuration. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  /** Stated, because pg would otherwise obey a PGSSLMODE in the environment. */
  readonly ssl: false;
}

/** Makes the cluster if there is none yet. Returns true if this call made it. */
export async function ensureCluster(site: Site, binaries: Binaries): Promise<boolean> {
  await removeAbandonedDrafts(site);
  if (await hasCluster(site)) return false;
  const draft = `${site.cluster}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await initialise(site, binaries, draft);
    return await moveIntoPlace(draft, site);
  } finally {
    ownDrafts.delete(basename(draft));
    await rm(draft, { recursive: true, force: true });
  }
}

export async function connectionOf(site: Site): Promise<Connection> {
  const shared = { user: 'postgres', database: 'echofile', ssl: false } as const;
  if (site.transport === 'socket') return { host: site.socketDir, port: 5432, ...shared };
  const access = await readFile(join(site.cluster, ACCESS_FILE), 'utf8');
  const { port, password } = JSON.parse(access) as { port: number; password: string };
  return { host: '127.0.0.1', port, password, ...shared };
}

async function hasCluster({ cluster }: Site): Promise<boolean> {
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (version === undefined) return false;
  if (version.trim() === MAJOR_VERSION) return true;
  throw new EmbeddedPostgresFailed(
    `${cluster} was made by PostgreSQL ${version.trim()}, this program brings ${MAJOR_VERSION}`,
  );
}

const ownDrafts = new Set<string>();

async function initialise(site: Site, { initdb }: Binaries, draft: string): Promise<void> {
  const { account, home, transport } = site;
  ownDrafts.add(basename(draft));
  await mkdir(draft, { mode: 0o700 });
  if (account !== undefined) await chown(draft, account.uid, account.gid);
  const access = transport === 'tcp' ? await chooseAccess() : undefined;
  const passwordFile = `${draft}.password`;
  const authentication =
    access === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    if (access !== undefined) {
      await writePrivately(passwordFile, access.password, site);
    }
    const locale = [
      '-E',
      'UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ];
    const args = ['-D', draft, '-U', 'postgres', ...locale, ...authentication, '--no-instructions'];
    await run(initdb, args, { ...account, cwd: home, ...environment });
    if (access !== undefined) {
      await writePrivately(join(draft, ACCESS_FILE), JSON.stringify(access), site);
    }
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new EmbeddedPostgresFailed(`initdb could not make a database in ${home}`, stderr.trim());
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function writePrivately(file: string, text: string, { account }: Site): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  if (account !== undefined) await chown(file, account.uid, account.gid);
}

/** The port is chosen once and kept, so that pools survive a restart of the server. */
async function chooseAccess() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port, password: randomBytes(24).toString('base64url') };
}

/** One rename decides between processes that start first at the same time, and no kill leaves a half cluster. */
async function moveIntoPlace(draft: string, site: Site): Promise<boolean> {
  try {
    await rename(draft, site.cluster);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error;
    if (await hasCluster(site)) return false;
    throw new EmbeddedPostgresFailed(
      `${site.cluster} holds files, but no PostgreSQL database; move them away`,
    );
  }
  await syncFolder(site.home);
  return true;
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Best effort: an initdb that outlived its parent may still be writing; the next start sees to it. */
async function removeAbandonedDrafts({ home, cluster }: Site): Promise<void> {
  const prefix = `${basename(cluster)}.draft-`;
  for (const name of await readdir(home)) {
    if (!name.startsWith(prefix) || ownDrafts.has(name)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    // In a container our own id is often the one of the process that was killed here before.
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(home, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
