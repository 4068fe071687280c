import { isWorthWriting } from '../domain/scoring/bands.ts';
import { scoreContact, type MultiplierScore } from '../domain/scoring/contact.ts';
import { FORMULA_VERSION, type Weights } from '../domain/scoring/weights.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import {
  deleteScores,
  putScores,
  readScores,
  type StoredScore,
  type WrittenScore,
} from '../store/scores.ts';
import type { App } from './app.ts';
import { SCORE_PURPOSE, scoreFacts } from './scoreFacts.ts';

const DAY_MS = 86_400_000;
/** A value that stays the same is written again after this long, so that the CRM shows that it still holds. */
const RENEW_DAYS = 30;

export interface Scored {
  /** What the CRM is to show; undefined for nothing. */
  readonly written: WrittenScore | undefined;
  /** It is not what the CRM was to show before. */
  readonly changed: boolean;
}

/**
 * Computes the scores of these contacts, which the caller has locked, from what is held now, and stores them. By contact. One
 * that has none any more loses the row, and with it the fields in the CRM (R56).
 */
export async function scoreContacts(
  app: App,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<string, Scored>> {
  const ids = contacts.map((one) => one.id);
  const facts = await scoreFacts(app, tx, contacts);
  const stored = await readScores(tx, ids, SCORE_PURPOSE);
  const options = {
    weights: app.multiplier,
    purpose: SCORE_PURPOSE,
    now: app.clock.now(),
  } as const;
  const scores: StoredScore[] = [];
  for (const [contactId, one] of facts) {
    const score = scoreContact(one.facts, options);
    if (score === undefined) continue;
    scores.push(toStore(contactId, score, writtenFor(stored.get(contactId)?.written, score)));
  }
  await putScores(tx, scores, SCORE_PURPOSE);
  const now = new Map(scores.map((one) => [one.contactId, one.written]));
  await deleteScores(
    tx,
    ids.filter((id) => stored.has(id) && !now.has(id)),
  );
  return new Map(
    ids.map((id) => {
      const written = now.get(id);
      return [id, { written, changed: written !== stored.get(id)?.written }];
    }),
  );
}

/**
 * The earlier one as long as the newest differs too little from it: a number that wavers by one tells nobody anything. But
 * never on other grounds than it has now: reasons must not name an account that is not linked any more.
 */
function writtenFor(before: WrittenScore | undefined, score: MultiplierScore): WrittenScore {
  const next: WrittenScore = {
    value: score.value,
    band: score.band,
    coverage: score.coverage,
    reasons: score.reasons.map((reason) => reason.text),
    grounds: [
      ...score.accounts.map((account) => account.facts.id),
      ...score.reasons.map((reason) => reason.part).toSorted(),
    ],
    computedAt: score.computedAt.toISOString(),
    version: versionOf(score.weights),
  };
  if (before === undefined || isWorthWriting(before, next)) return next;
  const isSame = before.version === next.version && before.grounds.join() === next.grounds.join();
  const days = (score.computedAt.getTime() - Date.parse(before.computedAt)) / DAY_MS;
  return isSame && days < RENEW_DAYS ? before : next;
}

/** `1.4-0a1b2c3d`: formula, weights, and the beginning of the weights' fingerprint. */
export function versionOf({ version, hash }: Pick<Weights, 'version' | 'hash'>): string {
  return `${FORMULA_VERSION}.${version}-${hash.slice(0, 8)}`;
}

function toStore(contactId: string, score: MultiplierScore, written: WrittenScore): StoredScore {
  const { value, band, coverage, parts, reasons, formula, weights, computedAt, expiresAt } = score;
  return {
    contactId,
    value,
    band,
    coverage,
    parts,
    reasons,
    formula,
    weightsVersion: weights.version,
    weightsHash: weights.hash,
    computedAt,
    expiresAt,
    written,
  };
}
