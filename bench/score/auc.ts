/**
 * How often a pair is ordered as people ordered it: the area under the ROC curve of the differences, ties counting half.
 * Undefined where all choices are the same, for then nothing can be told apart.
 */
export function auc(
  differences: readonly number[],
  choices: readonly boolean[],
): number | undefined {
  const pairs = differences.map((value, at) => ({ value, chosen: choices[at] ?? false }));
  const chosen = choices.filter(Boolean).length;
  const others = choices.length - chosen;
  if (chosen === 0 || others === 0) return undefined;
  pairs.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let from = 0; from < pairs.length;) {
    let to = from;
    while (to < pairs.length && pairs[to]?.value === pairs[from]?.value) to += 1;
    const tied = pairs.slice(from, to).filter((pair) => pair.chosen).length;
    ranks += tied * ((from + 1 + to) / 2);
    from = to;
  }
  return (ranks - (chosen * (chosen + 1)) / 2) / (chosen * others);
}
