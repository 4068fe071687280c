import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { hasCode } from '../system-error.ts';
import { KeyRingInvalid } from './errors.ts';

export const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const KEY_FILE = 'secret-keys';
const HOW_TO_MAKE = 'make one with `openssl rand -base64 32`';

/**
 * Keys by id, newest first. The first one seals; all of them open. The last one, the oldest, also roots the
 * pepper of keyed hashes and has to stay in the ring as long as such hashes are kept.
 * KeyObjects, because an accidental `inspect` of the ring then shows no key bytes.
 */
export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

export interface LoadedKeyRing {
  readonly ring: KeyRing;
  /** The file the keys came from; absent when they came from the configuration. */
  readonly keyFile?: string;
  /** True when this call made the file: the moment to tell the operator to back it up. */
  readonly created: boolean;
}

export interface KeyRingSource {
  /** `id:base64,id2:base64`, 32 bytes each, current key first. Wins over `dataDir`. */
  readonly fromConfig?: string | undefined;
  /** Without `fromConfig`: the keys lie here in a file of the same form, made on first use. */
  readonly dataDir?: string | undefined;
}

/** @throws KeyRingInvalid with every fault at once */
export async function loadKeyRing(source: KeyRingSource): Promise<LoadedKeyRing> {
  if (source.fromConfig !== undefined) {
    return { ring: parseKeyRing(source.fromConfig), created: false };
  }
  if (source.dataDir === undefined) {
    throw new KeyRingInvalid(['neither keys nor a data folder to keep a key file in were given']);
  }
  const keyFile = join(resolve(source.dataDir), KEY_FILE);
  const created = await createKeyFile(resolve(source.dataDir), keyFile);
  await refuseReadableByOthers(keyFile);
  return { ring: parseKeyRing(await readFile(keyFile, 'utf8')), keyFile, created };
}

/** @throws KeyRingInvalid with every fault at once */
export function parseKeyRing(text: string): KeyRing {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const keys = new Map<string, KeyObject>();
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0));
    // An id that fails may be a key pasted without its id, so it is told by position only.
    if (!KEY_ID.test(id)) {
      faults.push(`entry ${index + 1} has no usable id, expected id:base64`);
      continue;
    }
    const fault = keys.has(id) ? 'appears twice' : faultOfKey(entry.slice(colon + 1));
    if (fault === undefined) keys.set(id, createSecretKey(entry.slice(colon + 1), 'base64'));
    else faults.push(`key "${id}" ${fault}`);
  }
  const current = keys.keys().next().value;
  if (faults.length > 0) throw new KeyRingInvalid(faults);
  if (current === undefined) throw new KeyRingInvalid(['it holds no key, expected id:base64']);
  return { current, keys };
}

function faultOfKey(encoded: string): string | undefined {
  if (!BASE64.test(encoded)) return `is not base64; ${HOW_TO_MAKE}`;
  const length = Buffer.from(encoded, 'base64').length;
  if (length === KEY_BYTES) return undefined;
  return `has ${length} bytes, needs exactly ${KEY_BYTES}; ${HOW_TO_MAKE}`;
}

/** Complete or absent: written beside its place, synced, then linked, which fails if another process was first. */
async function createKeyFile(dataDir: string, keyFile: string): Promise<boolean> {
  if (await exists(keyFile)) return false;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${keyFile}.${randomBytes(6).toString('hex')}`;
  // A random id: a ring made anew after a loss must not pass for the lost one.
  const id = `k${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${id}:${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, keyFile);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function refuseReadableByOthers(keyFile: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(keyFile);
  if ((mode & 0o077) !== 0) {
    throw new KeyRingInvalid([`other users may read ${keyFile}; run chmod 600 on it`]);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
