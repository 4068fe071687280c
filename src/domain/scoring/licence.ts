import { purposes } from '../mapping/mapping.ts';
import type { AccountFacts, Purpose } from './inputs.ts';

const NOT_FOR_MARKETING = purposes.filter((purpose) => purpose !== 'marketing');
/**
 * What no licence can widen: the terms of these networks forbid it. Policy packs and consent narrow it further; they fill
 * `licencePurposes`.
 */
const LIMITS: Readonly<Record<string, readonly Purpose[]>> = {
  linkedin: [],
  reddit: [],
  x: NOT_FOR_MARKETING,
  meta: NOT_FOR_MARKETING,
  facebook: NOT_FOR_MARKETING,
  instagram: NOT_FOR_MARKETING,
  messenger: NOT_FOR_MARKETING,
  threads: NOT_FOR_MARKETING,
};
/** Scores from these stand beside the composite and never in it, unless the amendment to their terms was accepted. */
const SEPARATE: ReadonlySet<string> = new Set(['youtube']);

type Licensed = Pick<AccountFacts, 'network' | 'licencePurposes'>;

/** Whether what an account shows may be used for the purpose (R51). */
export function mayCount({ network, licencePurposes }: Licensed, purpose: Purpose): boolean {
  return licencePurposes.includes(purpose) && (LIMITS[network]?.includes(purpose) ?? true);
}

export function isSeparate({ network }: Licensed, hasAmendment: boolean): boolean {
  return SEPARATE.has(network) && !hasAmendment;
}
