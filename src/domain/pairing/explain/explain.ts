import { isEvidenceRule, reasonFor, type Language } from '../../timeline.ts';
import { RULES, type Evidence } from '../evidence.ts';
import type { LinkAction, LinkState } from '../states.ts';
import { matchKey, partsOf, percent, priorOf, type Part } from './parts.ts';

/** One entry of the decision log, as it is stored. */
export interface LoggedDecision {
  readonly id: string;
  /** The CRM's id of the contact, and the CRM. */
  readonly externalId: string;
  readonly connectionId: string;
  readonly contactId: string;
  readonly action: LinkAction;
  readonly state: LinkState;
  readonly actor: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly evidence: readonly Evidence[];
  readonly bits: number | null;
  readonly probability: number | null;
  readonly basis: string;
  readonly note: string | null;
  readonly at: Date;
}

export interface Explanation {
  readonly decision: string;
  readonly contact: string;
  readonly state: LinkState;
  readonly action: LinkAction;
  readonly actor: string;
  readonly at: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly basis: string;
  readonly note: string | null;
  readonly matchKey: string;
  /** In bits; null where nothing was weighed. */
  readonly prior: number | null;
  readonly waterfall: readonly Part[];
  readonly total: number | null;
  readonly probability: number | null;
  readonly evidence: readonly Evidence[];
  readonly runnerUp: RunnerUp | null;
  /** All of it in one sentence. */
  readonly sentence: string;
}

export interface RunnerUp {
  readonly contact: string;
  readonly matchKey: string;
  /** Why it was not this one. */
  readonly reason: string;
}

/**
 * Why a pair stands as it stands, from the log alone: the same words however much later it is asked. `log`: everything that
 * was ever decided about the account, earliest first. Undefined when the log does not hold the decision.
 */
export function explain(
  log: readonly LoggedDecision[],
  decisionId: string,
  language: Language,
): Explanation | undefined {
  const decision = log.find((one) => one.id === decisionId);
  if (decision === undefined) return undefined;
  const { evidence, bits, probability } = decision;
  const prior = priorOf(evidence, bits);
  const rival = runnerUp(log, decision);
  return {
    decision: decision.id,
    contact: decision.externalId,
    state: decision.state,
    action: decision.action,
    actor: decision.actor,
    at: decision.at.toISOString(),
    rule: decision.rule,
    ruleVersion: decision.ruleVersion,
    basis: decision.basis,
    note: decision.note,
    matchKey: matchKey(decision),
    prior: prior ?? null,
    waterfall: partsOf(evidence, prior ?? 0),
    total: bits,
    probability,
    evidence,
    runnerUp:
      rival === undefined
        ? null
        : {
            contact: rival.externalId,
            matchKey: matchKey(rival),
            reason: whyNot(decision, rival)[language],
          },
    sentence: sentence(decision, rival)[language],
  };
}

/** The best of the other contacts of that CRM as they stood then. What was decided at the same moment was known, too. */
function runnerUp(
  log: readonly LoggedDecision[],
  decision: LoggedDecision,
): LoggedDecision | undefined {
  const others = new Map<string, LoggedDecision>();
  for (const one of log) {
    const isRival =
      one.connectionId === decision.connectionId && one.contactId !== decision.contactId;
    if (isRival && one.at <= decision.at) others.set(one.contactId, one);
  }
  return [...others.values()]
    .filter((one) => one.state !== 'withdrawn' && one.state !== 'expired')
    .toSorted((a, b) => strength(b) - strength(a) || Number(BigInt(a.id) - BigInt(b.id)))[0];
}

/** Proof outranks any weight. */
function strength({ evidence, bits }: LoggedDecision): number {
  return (isProven(evidence) ? 1_000 : 0) + (bits ?? 0);
}

function isProven(evidence: readonly Evidence[]): boolean {
  return evidence.some((one) => RULES[one.rule].proves);
}

type Texts = Readonly<Record<Language, string>>;

function whyNot(decision: LoggedDecision, rival: LoggedDecision): Texts {
  if (rival.state === 'rejected')
    return {
      en: 'A person said that it is not this contact.',
      de: 'Ein Mensch hat gesagt, dass es nicht dieser Kontakt ist.',
    };
  if (isPerson(decision.actor))
    return { en: 'A person decided.', de: 'Ein Mensch hat entschieden.' };
  const [ours, theirs] = [isProven(decision.evidence), isProven(rival.evidence)];
  if (ours && theirs)
    return {
      en: 'There is proof for both: a person has to decide.',
      de: 'Für beide gibt es einen Nachweis: Das muss ein Mensch entscheiden.',
    };
  if (ours)
    return {
      en: 'For this contact there is no proof.',
      de: 'Für diesen Kontakt fehlt ein Nachweis.',
    };
  if (theirs)
    return {
      en: 'For this contact there is proof, for the other there is none.',
      de: 'Für diesen Kontakt gibt es einen Nachweis, für den anderen nicht.',
    };
  if (decision.bits === null || rival.bits === null)
    return {
      en: 'For neither is there more than likeness.',
      de: 'Für beide spricht nicht mehr als Ähnlichkeit.',
    };
  const margin = (decision.bits - rival.bits).toFixed(1);
  return {
    en: `It is ${margin} bits behind.`,
    de: `Er liegt ${margin.replace('.', ',')} Bit zurück.`,
  };
}

function sentence(decision: LoggedDecision, rival: LoggedDecision | undefined): Texts {
  return { en: english(decision, rival), de: german(decision, rival) };
}

function english(decision: LoggedDecision, rival: LoggedDecision | undefined): string {
  const { externalId, rule, ruleVersion, actor, at, basis, probability } = decision;
  const who = isPerson(actor) ? actor.slice('person:'.length) : 'the rules';
  const chance = probability === null ? '' : ` (${percent(probability)})`;
  const other =
    rival === undefined
      ? ''
      : ` Next was contact ${rival.externalId}: ${lowered(whyNot(decision, rival).en)}`;
  return (
    `${STATES[decision.state].en} contact ${externalId}${chance}: ${lowered(reason(rule, 'en'))} ` +
    `Decided by ${who} on ${day(at)}, rule ${rule} version ${ruleVersion}, basis: ${basis}.${other}`
  );
}

function german(decision: LoggedDecision, rival: LoggedDecision | undefined): string {
  const { externalId, rule, ruleVersion, actor, at, basis, probability } = decision;
  const who = isPerson(actor) ? actor.slice('person:'.length) : 'den Regeln';
  const chance = probability === null ? '' : ` (${percent(probability).replace('.', ',')})`;
  const other =
    rival === undefined
      ? ''
      : ` Am nächsten kam Kontakt ${rival.externalId}: ${whyNot(decision, rival).de}`;
  return (
    `${STATES[decision.state].de} Kontakt ${externalId}${chance}: ${reason(rule, 'de')} ` +
    `Entschieden von ${who} am ${day(at)}, Regel ${rule} Version ${ruleVersion}, Grundlage: ${basis}.${other}`
  );
}

const STATES: Readonly<Record<LinkState, Texts>> = {
  suggested: { en: 'Suggested for', de: 'Vorgeschlagen für' },
  active: { en: 'Paired with', de: 'Zugeordnet zu' },
  rejected: { en: 'Not paired with', de: 'Nicht zugeordnet zu' },
  withdrawn: { en: 'No longer paired with', de: 'Nicht mehr zugeordnet zu' },
  expired: { en: 'No longer suggested for', de: 'Nicht mehr vorgeschlagen für' },
  erased: { en: 'Erased with', de: 'Gelöscht mit' },
};

function reason(rule: string, language: Language): string {
  return isEvidenceRule(rule) ? reasonFor(rule, language) : '';
}

function isPerson(actor: string): boolean {
  return actor.startsWith('person:');
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
