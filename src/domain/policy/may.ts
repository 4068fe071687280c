import type { purposes } from '../mapping/mapping.ts';
import type { Evidence } from '../pairing/evidence.ts';
import type { Language } from '../timeline.ts';
import {
  clauseOf,
  type PolicyPack,
  type PolicyPacks,
  type StoredField,
  type Word,
} from './pack.ts';

export type Purpose = (typeof purposes)[number];

/** May this be done with what a network shows? Every part that is given is asked, and the strictest word holds. */
export interface Question {
  readonly network: string;
  readonly purpose: Purpose;
  /** Given where an account is paired with a contact upon such evidence. */
  readonly evidenceClass?: Evidence['class'] | undefined;
  /** Given where something is kept or written; `score`: where it goes into a person's score. */
  readonly field?: StoredField | 'score' | undefined;
  /**
   * Given where something new begins: the pack has to be in force on that day. Left out where something that stands is looked
   * at again: that nobody has read the rules lately does not change what they said.
   */
  readonly today?: Date | undefined;
}

interface Ground {
  readonly clause: string;
  /** One sentence of our own words. */
  readonly text: Readonly<Record<Language, string>>;
  /** Where the network says so; undefined where the ground is our own. */
  readonly source: { readonly title: string; readonly url: string } | undefined;
}

export type Answer =
  | { readonly answer: 'allow' }
  | ({ readonly answer: 'deny' } & Ground)
  | ({ readonly answer: 'needs'; readonly what: 'consent' | 'human' } & Ground);

/** What nobody has checked is not allowed: an unknown network, class or field is denied, as is what is new under a frozen pack. */
export function may(packs: PolicyPacks, question: Question): Answer {
  const pack = packs.get(question.network);
  if (pack === undefined) return own('no_pack', NO_PACK);
  const { evidenceClass, field, today } = question;
  if (today !== undefined && freshness(pack, today) === 'frozen') return own('pack_frozen', FROZEN);
  const given: (Word | undefined)[] = [pack.purposes[question.purpose]];
  if (evidenceClass !== undefined) given.push(pack.pair[evidenceClass]);
  if (field === 'score') given.push(pack.score[question.purpose]);
  else if (field !== undefined) given.push(pack.store[field]);
  return given
    .map((one) => (one === undefined ? own('no_word', NO_WORD) : spelled(pack, one)))
    .reduce((a, b) => (strictness(b) > strictness(a) ? b : a));
}

/** Why a network has no connector (R11); undefined for one that is unknown or may be connected. */
export function refusalOf(
  packs: PolicyPacks,
  connector: string,
): (Ground & { readonly title: string }) | undefined {
  const pack = packs.get(connector.trim().toLowerCase());
  if (pack === undefined) return undefined;
  const given = spelled(pack, pack.connect);
  return given.answer === 'deny' ? { ...given, title: pack.title } : undefined;
}

export type Freshness = 'current' | 'stale' | 'frozen';

/** Rules change without a word: a pack that nobody checked for long warns first, then its connector brings nothing new (R83). */
export function freshness(pack: PolicyPack, today: Date): Freshness {
  const days = (today.getTime() - Date.parse(pack.checked)) / 86_400_000;
  if (days >= pack.freezeAfterDays) return 'frozen';
  return days >= pack.warnAfterDays ? 'stale' : 'current';
}

function strictness(given: Answer): number {
  if (given.answer === 'allow') return 0;
  if (given.answer === 'deny') return 3;
  return given.what === 'consent' ? 2 : 1;
}

function spelled(pack: PolicyPack, given: Word): Answer {
  const id = clauseOf(given);
  if (given === 'allow' || id === undefined) return { answer: 'allow' };
  const clause = pack.clauses[id];
  const source = pack.sources[clause?.source ?? ''];
  if (clause === undefined || source === undefined) return own('no_word', NO_WORD);
  const ground = {
    clause: id,
    text: { en: clause.en, de: clause.de },
    source: { title: source.title, url: source.url },
  };
  return 'deny' in given
    ? { answer: 'deny', ...ground }
    : { answer: 'needs', what: given.needs, ...ground };
}

function own(clause: string, text: Ground['text']): Answer {
  return { answer: 'deny', clause, text, source: undefined };
}

const NO_PACK = {
  en: 'Nobody has read the rules of this network for this product yet.',
  de: 'Die Regeln dieses Netzwerks hat für dieses Produkt noch niemand gelesen.',
};
const NO_WORD = {
  en: 'The rules that were read for this network have no word for this.',
  de: 'Die gelesenen Regeln dieses Netzwerks kennen hierfür kein Wort.',
};
const FROZEN = {
  en: 'The rules of this network were last read too long ago; until that is done again nothing new begins.',
  de: 'Die Regeln dieses Netzwerks wurden vor zu langer Zeit gelesen; bis das nachgeholt ist, beginnt nichts Neues.',
};
