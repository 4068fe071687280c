import { comparisonName } from '../../src/domain/pairing/rules/names.ts';
import type { Measured } from './measure.ts';

/** The figures without the pairs themselves, as `--json` prints them. */
export function figures(measured: Measured): Omit<Measured, 'linkage'> {
  return Object.fromEntries(
    Object.entries(measured).filter(([name]) => name !== 'linkage'),
  ) as unknown as Omit<Measured, 'linkage'>;
}

export function reportText(measured: Measured): string {
  const { best, automatic, suggestions } = measured;
  const lines: readonly (readonly [string, string])[] = [
    ['records', `${measured.left} and ${measured.right}, true pairs ${measured.truePairs}`],
    [
      'best F1',
      `${share(best.f1)} (precision ${share(best.precision)}, recall ${share(best.recall)}, from ${best.threshold.toFixed(1)} bits)`,
    ],
    ['recall without a false pair', share(measured.recallAtZeroFalse)],
    ['recall at precision .999', share(measured.recallAtPrecision999)],
    ['automatic links', `${automatic.right} right, ${automatic.wrong} wrong`],
    ['suggestions', `${suggestions.right} right, ${suggestions.wrong} wrong`],
    ['true pairs linked or suggested', share(measured.linkedOrSuggested)],
    [
      'block recall',
      `${share(measured.blockRecall)} with ${measured.candidatePairs} candidate pairs`,
    ],
    [
      'speed',
      `${measured.pairsPerSecond} pairs/s, ${measured.seconds.toFixed(2)} s, ${measured.memoryMb} MB`,
    ],
  ];
  return lines.map(([name, value]) => `${name.padEnd(32)}${value}`).join('\n');
}

const share = (value: number) => value.toFixed(4);

/** Bits of each level, as trained or as the rules give them. */
export function weightsText({ linkage }: Measured): string {
  const { encoded, weights, trained } = linkage;
  const rows = encoded.columns.map(({ comparison }, at) => {
    const levels = comparison.levels.map((level, place) => {
      const from = level.from === undefined ? '' : ` ${level.from}`;
      return `${level.is}${from} ${(weights.bits[at]?.[place] ?? 0).toFixed(1)}`;
    });
    return `${comparisonName(comparison.rule)} (${comparison.family}): ${levels.join(', ')}`;
  });
  return [
    `prior ${weights.priorBits.toFixed(1)} bits (${trained.prior.toExponential(2)})`,
    ...rows,
  ].join('\n');
}
