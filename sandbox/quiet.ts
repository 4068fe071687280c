import type { Admin, Overview } from './admin.ts';

const STEP_MS = 150;
/** Late arrivals are looked for every second; two such looks, with time to read the lists to their ends. */
const LATE_MS = 2_500;
/** As many equal looks in a row count as quiet. */
const LOOKS = 4;

/** Waits until `met`; throws with `what` after `withinMs`. */
export async function waitFor(
  what: string,
  met: () => Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await met())) {
    if (Date.now() > until) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/**
 * Waits until the service has taken in everything that happened before this call: each source was read and asked again
 * from a start after it, and since then nothing moves.
 */
export async function waitForQuiet(
  admin: Admin,
  workspace: string,
  withinMs = 120_000,
): Promise<void> {
  const rounds = await watchRounds(admin, workspace);
  await waitFor('every source to be read again', rounds, withinMs);
  let last = '';
  let equal = 0;
  await waitFor(
    'the service to come to rest',
    async () => {
      const now = await fingerprint(admin, workspace);
      equal = now !== undefined && now === last ? equal + 1 : 0;
      last = now ?? '';
      return equal >= LOOKS;
    },
    withinMs,
  );
}

/** True once each source was polled and rechecked twice more: of two rounds at least one began after now. */
async function watchRounds(admin: Admin, workspace: string): Promise<() => Promise<boolean>> {
  const begun = Date.now();
  const seen = new Map<string, Set<string>>();
  const note = ({ connections }: Overview) => {
    for (const one of connections.filter(({ kind }) => kind === 'social')) {
      for (const [round, at] of [
        ['poll', one.lastPoll],
        ['recheck', one.lastRecheck],
      ]) {
        const times = seen.get(`${one.id} ${round ?? ''}`) ?? new Set<string>();
        seen.set(`${one.id} ${round ?? ''}`, times.add(at ?? 'never'));
      }
    }
  };
  note(await admin.overview(workspace));
  return async () => {
    note(await admin.overview(workspace));
    return Date.now() > begun + LATE_MS && [...seen.values()].every((times) => times.size > 2);
  };
}

/** What has to stand still; undefined while work waits. */
async function fingerprint(admin: Admin, workspace: string): Promise<string | undefined> {
  const { parts } = await admin.health();
  if (parts.deliveries.planned > 0) return undefined;
  const { contacts, social, links, scores, deliveries } = await admin.overview(workspace);
  return JSON.stringify({ contacts, social, links, scores, deliveries });
}
