import { readFileSync } from 'node:fs';

import { hasCode } from '../../platform/system-error.ts';

/**
 * What our children see of the environment: nothing of ours. It holds secrets, and the server may run as an
 * account that other services share. Windows programs do not start without theirs.
 */
export const environment: { env?: Record<string, string> } =
  process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } };

/** Is the id taken? One of another user counts, and so does a zombie, which nobody has reaped yet. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

export function isAlive(pid: number): boolean {
  return isTaken(pid) && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // proc(5): the state follows the name, which is in parentheses and may hold any character.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
