interface Named {
  readonly name?: string | undefined;
  readonly field?: string | readonly string[] | undefined;
  readonly left?: string | readonly string[] | undefined;
}

/** How reports and block keys call a comparison: its own name, or that of the column it reads. */
export function comparisonName(rule: Named): string {
  const columns = rule.field ?? rule.left ?? [];
  const text = typeof columns === 'string' ? columns : columns.join('_');
  return rule.name ?? text.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
}
