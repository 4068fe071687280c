import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { hasCode } from '../../platform/system-error.ts';
import { blockedFolder, serverAccount, type Account } from './account.ts';
import { EmbeddedPostgresFailed } from './failure.ts';

/** How clients reach the server. Windows has no unix sockets that pg can use. */
type Transport = 'socket' | 'tcp';

/** Where everything of one embedded database lies. */
export interface Site {
  readonly dataDir: string;
  /** The data folder, or a folder elsewhere where root's data folder is closed to the server's account. */
  readonly home: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly log: string;
  readonly account: Account | undefined;
  readonly transport: Transport;
}

export interface SiteOptions {
  readonly dataDir: string;
  /** Default: tcp on Windows, socket elsewhere. */
  readonly transport?: Transport;
  /** Where root's databases go if their data folder is closed to others. Default: /var/lib/echofile */
  readonly openHome?: string;
}

/** The kernel's limit of a socket's path is 107 bytes on Linux and 103 on macOS. */
const LONGEST_SOCKET_PATH = 103;
const SOCKET_FILE = '.s.PGSQL.5432';
const LOCATION_FILE = 'postgres.location';

export async function prepareSite(options: SiteOptions): Promise<Site> {
  const wanted = resolve(options.dataDir);
  await mkdir(wanted, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = await realpath(wanted);
  const home = await homeOf(dataDir, options.openHome ?? '/var/lib/echofile');
  const cluster = join(home, 'postgres');
  const account = await serverAccount(cluster);
  const transport = options.transport ?? (process.platform === 'win32' ? 'tcp' : 'socket');
  const socketDir = socketDirOf(home);
  if (transport === 'socket') await prepareSocketDir(socketDir, account);
  const log = join(home, 'postgres.log');
  return { dataDir, home, cluster, socketDir, log, account, transport };
}

/** Written once the cluster stands, because from then on a missing cluster means loss, not a first start. */
export async function rememberHome({ dataDir, home }: Site): Promise<void> {
  if (home === dataDir) return;
  const file = join(dataDir, LOCATION_FILE);
  await writeFile(`${file}.${process.pid}`, `${home}\n`);
  await rename(`${file}.${process.pid}`, file);
}

async function homeOf(dataDir: string, openHome: string): Promise<string> {
  const remembered = await readIfThere(join(dataDir, LOCATION_FILE));
  if (remembered !== undefined) return existingHome(dataDir, remembered.trim());
  const account = await serverAccount(join(dataDir, 'postgres'));
  if (account === undefined) return dataDir;
  const blocked = await openOwnFolder(dataDir, account);
  if (blocked === undefined) return dataDir;
  if (await isThere(join(dataDir, 'postgres'))) {
    throw new EmbeddedPostgresFailed(
      `The database in ${dataDir} runs as user ${account.uid}, who may not pass ${blocked}; ` +
        `run chmod o+x on that folder, or move the data folder out of it`,
    );
  }
  return homeElsewhere(dataDir, openHome, account);
}

async function existingHome(dataDir: string, home: string): Promise<string> {
  if (await isThere(join(home, 'postgres', 'PG_VERSION'))) return home;
  throw new EmbeddedPostgresFailed(
    `${join(dataDir, LOCATION_FILE)} says the database lies in ${home}, but it is not there; ` +
      `bring it back, or delete that file to begin with an empty database`,
  );
}

/** Opens the data folder itself for passing (not listing) if only that is in the way; never its parents. */
async function openOwnFolder(dataDir: string, account: Account): Promise<string | undefined> {
  const blocked = await blockedFolder(dataDir, account);
  if (blocked !== dataDir) return blocked;
  const { mode } = await stat(dataDir);
  await chmod(dataDir, (mode & 0o7777) | 0o011);
  return blockedFolder(dataDir, account);
}

async function homeElsewhere(dataDir: string, openHome: string, account: Account) {
  const home = join(openHome, digest(dataDir).slice(0, 16));
  await mkdir(home, { recursive: true, mode: 0o711 });
  const blocked = await blockedFolder(home, account);
  if (blocked === undefined) return realpath(home);
  throw new EmbeddedPostgresFailed(
    `Started by root, the database runs as user ${account.uid}, who may pass neither to ${dataDir} nor ` +
      `through ${blocked}; give a data folder under a place open to all, such as /srv, or start as another user`,
  );
}

function socketDirOf(home: string): string {
  const near = join(home, 'socket');
  if (Buffer.byteLength(join(near, SOCKET_FILE)) <= LONGEST_SOCKET_PATH) return near;
  // Not os.tmpdir(): two processes on one folder must agree on the place, whatever their TMPDIR says.
  return join('/tmp', `echofile-${digest(home).slice(0, 16)}`);
}

async function prepareSocketDir(dir: string, account: Account | undefined): Promise<void> {
  await mkdir(dir, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  // The server trusts whoever reaches the socket, and /tmp is open to all: the folder must be ours and closed.
  const found = await lstat(dir);
  const own = process.getuid?.() ?? found.uid;
  const ours = found.uid === own || found.uid === account?.uid;
  if (!found.isDirectory() || !ours || (found.mode & 0o077) !== 0) {
    throw new EmbeddedPostgresFailed(`${dir} is not a private folder of user ${own}; remove it`);
  }
  if (account !== undefined) await chown(dir, account.uid, account.gid);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return (await isThere(path)) ? readFile(path, 'utf8') : undefined;
}
