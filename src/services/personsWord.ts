import type { Obstacle } from '../domain/pairing/confirm.ts';
import type { LinkState } from '../domain/pairing/states.ts';
import { lockAccount, type Account } from '../store/accounts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { readLink, type Link } from '../store/links.ts';
import type { App } from './app.ts';

export interface PersonsWord {
  /** Who says so, as they are known in the company. */
  readonly by: string;
  readonly note?: string | undefined;
  /** Answers that may have to be taken back together bear the same name. */
  readonly batch?: string | undefined;
}

export interface Obstructed {
  /** `taken`: another contact of the same CRM has the account because a person said so. `closed`: nothing to decide any more. */
  readonly reason: Obstacle['reason'] | 'taken' | 'closed';
  readonly en: string;
  readonly de: string;
  readonly clause?: string;
}

export type ReviewOutcome =
  | { readonly outcome: 'decided'; readonly link: string; readonly state: LinkState }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'refused'; readonly obstacle: Obstructed };

export interface LockedPair {
  readonly account: Account;
  readonly link: Link;
}

/** Under the account's lock, as pairing takes it: nothing else decides about the account meanwhile. */
export async function lockPair(tx: WorkspaceTx, linkId: string): Promise<LockedPair | undefined> {
  const seen = await readLink(tx, linkId);
  const account = seen === undefined ? undefined : await lockAccount(tx, seen.accountId);
  const link = await readLink(tx, linkId);
  return account === undefined || link === undefined ? undefined : { account, link };
}

export function byPerson(app: Pick<App, 'clock'>, { by, note, batch }: PersonsWord) {
  const at = app.clock.now();
  const actor = `person:${by}`;
  return { actor, at, note, batch: batch ?? `${actor}/${at.toISOString().slice(0, 10)}` };
}

export function decided(link: Pick<Link, 'id'>, state: LinkState): ReviewOutcome {
  return { outcome: 'decided', link: link.id, state };
}

export const CLOSED: ReviewOutcome = {
  outcome: 'refused',
  obstacle: {
    reason: 'closed',
    en: 'There is nothing left to decide about this pair: it ended, or one of the two is gone.',
    de: 'Über dieses Paar gibt es nichts mehr zu entscheiden: Es ist beendet, oder eines von beiden ist fort.',
  },
};
