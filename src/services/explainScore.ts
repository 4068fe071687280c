import { personVeto } from '../domain/policy/veto.ts';
import { bandLabel } from '../domain/scoring/bands.ts';
import type { CountedAccount, ScoreParts } from '../domain/scoring/account.ts';
import { scoreAt } from '../domain/scoring/contact.ts';
import { explainScore as explain, type Explanation } from '../domain/scoring/explain.ts';
import type { ContactFacts } from '../domain/scoring/inputs.ts';
import type { Part } from '../domain/scoring/reasons.ts';
import { serviceLevel } from '../domain/scoring/serviceLevel.ts';
import type { Language } from '../domain/timeline.ts';
import { listConnections } from '../store/connections.ts';
import { lockContactByExternalId, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { readScores, type WrittenScore } from '../store/scores.ts';
import type { App } from './app.ts';
import { versionOf } from './scoreContacts.ts';
import { SCORE_PURPOSE, scoreFacts, type ScoreFacts } from './scoreFacts.ts';

/** Undefined counts are unknown, which is never a measured 0. */
type AccountAnswer = Pick<CountedAccount, 'measured' | 'authenticity' | 'wakefulness'> &
  Pick<CountedAccount['facts'], 'network' | 'observedAt' | 'followers' | 'following'> & {
    /** Percent of what counts that is known. */
    readonly coverage: number;
  };

interface ExplainedScore {
  readonly value: number;
  readonly band: string;
  readonly coverage: number;
  /** What it would be if all that is unknown were at its best. */
  readonly upTo: number;
  readonly parts: ScoreParts;
  readonly role: ContactFacts['role'];
  readonly reasons: readonly {
    readonly part: Part;
    readonly points: number;
    readonly text: string;
  }[];
  /** What would move it to another band. */
  readonly changes: readonly { readonly band: string | undefined; readonly text: string }[];
  readonly accounts: readonly AccountAnswer[];
  readonly separate: readonly { readonly network: string; readonly value: number }[];
  readonly expiresAt: Date;
  readonly version: string;
}

type Shown = Pick<WrittenScore, 'value' | 'computedAt' | 'version'>;

export interface ScoreAnswer {
  /** The CRM's id. */
  readonly contact: string;
  readonly connection: string;
  readonly purpose: typeof SCORE_PURPOSE;
  readonly score: ExplainedScore | null;
  /** Why there is none. */
  readonly none: { readonly reason: NoScore; readonly text: string } | undefined;
  /** What the CRM shows, which follows when the score moved enough. */
  readonly shown: Shown | null;
  /** Percent of the usual time to answer; never more than 100 (R54). */
  readonly timeToAnswer: number;
}

export type ExplainedContact = ScoreAnswer | 'unknown' | 'ambiguous';

/** Why a contact has the score that it has now, and what would change it (R53). `ambiguous`: several CRMs know the id. */
export async function explainScore(
  app: App,
  workspace: string,
  asked: { readonly contact: string; readonly connection: string | undefined },
  language: Language,
): Promise<ExplainedContact> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const [contact, ...others] = await find(tx, asked);
    if (contact === undefined) return 'unknown';
    if (others.length > 0) return 'ambiguous';
    const facts = (await scoreFacts(app, tx, [contact])).get(contact.id);
    const now = app.clock.now();
    const options = { weights: app.multiplier, purpose: SCORE_PURPOSE, now } as const;
    const explanation = facts && explain(facts.facts, options);
    const stored = (await readScores(tx, [contact.id], SCORE_PURPOSE)).get(contact.id);
    const shown = scoreAt(stored, now)?.written;
    return {
      contact: contact.externalId,
      connection: contact.connectionId,
      purpose: SCORE_PURPOSE,
      score: explanation === undefined ? null : worded(explanation, facts?.facts.role, language),
      none: explanation === undefined ? noScore(facts, language) : undefined,
      shown: shown === undefined ? null : pick(shown),
      timeToAnswer: serviceLevel(explanation?.score, 100),
    };
  });
}

function pick({ value, computedAt, version }: WrittenScore): Shown {
  return { value, computedAt, version };
}

async function find(
  tx: WorkspaceTx,
  { contact, connection }: { readonly contact: string; readonly connection: string | undefined },
): Promise<readonly Contact[]> {
  const found: Contact[] = [];
  for (const { id, kind } of await listConnections(tx)) {
    if (kind !== 'crm' || (connection !== undefined && connection !== id)) continue;
    const one = await lockContactByExternalId(tx, id, contact);
    if (one?.state === 'live') found.push(one);
  }
  return found;
}

function worded(
  { score, reasons, changes }: Explanation,
  role: ContactFacts['role'],
  language: Language,
): ExplainedScore {
  const { value, band, coverage, ceiling, parts, separate, expiresAt } = score;
  return {
    value,
    band: bandLabel(band),
    coverage,
    upTo: ceiling,
    parts,
    role,
    reasons: reasons.map(({ part, points, text }) => ({ part, points, text: text[language] })),
    changes: changes.map(({ to, text }) => ({
      band: to === undefined ? undefined : bandLabel(to),
      text: text[language],
    })),
    accounts: score.accounts.map(({ facts, measured, authenticity, wakefulness, ...one }) => ({
      network: facts.network,
      observedAt: facts.observedAt,
      followers: facts.followers,
      following: facts.following,
      measured,
      authenticity,
      wakefulness,
      coverage: Math.round(100 * one.coverage),
    })),
    separate,
    expiresAt,
    version: versionOf(score.weights),
  };
}

type NoScore = 'not_linked' | 'objection' | 'employee' | 'minor' | 'nothing_usable';

function noScore(facts: ScoreFacts | undefined, language: Language): ScoreAnswer['none'] {
  const reason =
    facts === undefined ? 'not_linked' : (personVeto(facts.person) ?? 'nothing_usable');
  return { reason, text: NO_SCORE[reason][language] };
}

const NO_SCORE: Readonly<Record<NoScore, Readonly<Record<Language, string>>>> = {
  not_linked: {
    en: 'No account is linked with this contact.',
    de: 'Mit diesem Kontakt ist kein Konto verknüpft.',
  },
  objection: { en: 'The contact objected.', de: 'Der Kontakt hat widersprochen.' },
  employee: {
    en: 'Whoever works for the company itself is not scored.',
    de: 'Wer für das Unternehmen selbst arbeitet, wird nicht bewertet.',
  },
  minor: {
    en: 'The contact is, or may be, a minor.',
    de: 'Der Kontakt ist minderjährig oder könnte es sein.',
  },
  nothing_usable: {
    en: 'Nothing that is known of the linked accounts may be used for a score, or it is too old.',
    de: 'Nichts, was von den verknüpften Konten bekannt ist, darf in den Wert eingehen, oder es ist zu alt.',
  },
};
