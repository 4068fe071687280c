import { RULES, type Evidence, type Family } from '../evidence.ts';

/** How a piece of evidence speaks: proof by itself, a weight in bits, or only a reason to ask. */
export type PartKind = 'proof' | 'weight' | 'claim' | 'likeness' | 'person';

/** One step of the waterfall, from nothing to the whole. */
export interface Part {
  readonly label: string;
  readonly kind: PartKind;
  readonly family: Family | undefined;
  readonly rule: Evidence['rule'];
  readonly source: string;
  /** Undefined where nothing was weighed. */
  readonly bits: number | undefined;
  /** The sum before and after this step. */
  readonly from: number;
  readonly to: number;
}

const LABELS: Readonly<Record<Family, string>> = {
  contact_point: 'EMAIL',
  handle: 'HANDLE',
  website: 'WEBSITE',
  name: 'NAME',
  place: 'PLACE',
  organisation: 'ORGANISATION',
  topic: 'TOPIC',
};

/** In the order of the evidence, as it was stored. The sum begins with what is known before any evidence. */
export function partsOf(evidence: readonly Evidence[], prior: number): readonly Part[] {
  let sum = prior;
  return evidence.map((one) => {
    const family = one.family ?? RULES[one.rule].family;
    const from = sum;
    sum = round(sum + (one.bits ?? 0));
    return {
      label: family === undefined ? 'PERSON' : LABELS[family],
      kind: kindOf(one),
      family,
      rule: one.rule,
      source: one.source,
      bits: one.bits,
      from,
      to: sum,
    };
  });
}

function kindOf({ rule, class: of, bits }: Evidence): PartKind {
  if (RULES[rule].proves) return 'proof';
  if (bits !== undefined) return 'weight';
  if (of === 'E4') return 'person';
  return of === 'E5' ? 'likeness' : 'claim';
}

/** What was known before any evidence: how likely any two are the same, in bits; undefined where nothing was weighed. */
export function priorOf(evidence: readonly Evidence[], total: number | null): number | undefined {
  if (total === null) return undefined;
  return round(evidence.reduce((rest, one) => rest - (one.bits ?? 0), total));
}

export interface Weighed {
  readonly evidence: readonly Evidence[];
  /** Of the whole, with what was known before; null where nothing was weighed. */
  readonly bits: number | null;
  readonly probability: number | null;
}

/** The evidence in one line: `+EMAIL(proof) +NAME(17.1) -HANDLE(-1.9) prior(-18.3) => 99.2 %`. */
export function matchKey({ evidence, bits, probability }: Weighed): string {
  const prior = priorOf(evidence, bits);
  const words = partsOf(evidence, prior ?? 0).map((part) => {
    const isAgainst = part.bits !== undefined && part.bits < 0;
    const weight = part.kind === 'weight' ? (part.bits ?? 0).toFixed(1) : part.kind;
    return `${isAgainst ? '-' : '+'}${part.label}(${weight})`;
  });
  if (prior !== undefined) words.push(`prior(${prior.toFixed(1)})`);
  const isProven = evidence.some((one) => RULES[one.rule].proves);
  const result = probability === null ? (isProven ? 'proof' : 'suggestion') : percent(probability);
  return [...words, '=>', result].join(' ');
}

/** Never 100 %: nothing that was weighed is certain. */
export function percent(probability: number): string {
  const shown = Math.min(99.9, Math.round(probability * 1000) / 10);
  return `${shown.toFixed(1)} %`;
}

/** To a thousandth of a bit, so that sums look the same on every machine. */
function round(bits: number): number {
  return Math.round(bits * 1000) / 1000;
}
