import type { z } from 'zod';
import { FAMILIES } from '../evidence.ts';
import { METHODS } from '../model/methods/index.ts';
import type { ComparisonRule } from './comparison.ts';
import { PERSON_FIELDS, PROFILE_FIELDS } from './fields.ts';
import { comparisonName } from './names.ts';

type Report = (path: readonly (string | number)[], message: string) => void;

const reportTo =
  (context: z.RefinementCtx): Report =>
  (path, message) => {
    context.addIssue({ code: 'custom', message, path: [...path] });
  };

/** Comparisons have names of their own, and block keys name comparisons that there are. */
export function checkNames(
  compare: readonly ComparisonRule[],
  block: string | readonly (readonly string[])[],
  context: z.RefinementCtx,
): void {
  const report = reportTo(context);
  const names = compare.map(comparisonName);
  names.forEach((name, at) => {
    if (names.indexOf(name) === at) return;
    report(
      ['compare', at],
      `two comparisons are called ${name}: give one of them another \`name\``,
    );
  });
  if (typeof block === 'string') return;
  block.forEach((keys, at) => {
    keys.forEach((key, place) => {
      const fault = keyFault(key, names, compare);
      if (fault !== undefined) report(['block', at, place], fault);
    });
  });
}

function keyFault(
  key: string,
  names: readonly string[],
  compare: readonly ComparisonRule[],
): string | undefined {
  const [name = '', form = 'exact'] = key.split(':');
  const rule = compare[names.indexOf(name)];
  if (rule === undefined) return `no comparison is called ${name}; there are: ${names.join(', ')}`;
  const forms: readonly string[] = METHODS[rule.as].keyForms;
  return forms.includes(form) ? undefined : `\`${rule.as}\` has the keys: ${forms.join(', ')}`;
}

/** Fields and families of the service are closed lists, and nothing there is trained on the way. */
export function checkService(
  compare: readonly ComparisonRule[],
  automatic: { readonly allowed: boolean; readonly shadow_run?: unknown },
  context: z.RefinementCtx,
): void {
  const report = reportTo(context);
  compare.forEach((rule, at) => {
    checkFields(rule, (path, message) => {
      report(['compare', at, ...path], message);
    });
  });
  if (automatic.allowed && automatic.shadow_run === undefined) {
    const message =
      'automatic links by probability need a recorded shadow_run: 500 decisions of people or more, none of them against it';
    report(['decide', 'automatic', 'allowed'], message);
  }
}

function checkFields(rule: ComparisonRule, report: Report): void {
  if (rule.left === undefined || rule.right === undefined) {
    report(['field'], 'the service compares a profile with a person: name `left` and `right`');
    return;
  }
  const left = [rule.left].flat();
  const right = [rule.right].flat();
  reportUnknown(left, PROFILE_FIELDS, (message) => {
    report(['left'], message);
  });
  reportUnknown(right, PERSON_FIELDS, (message) => {
    report(['right'], message);
  });
  const family = rule.family ?? (METHODS[rule.as].isName ? 'name' : undefined);
  const readsName = [...left, ...right].some((field) => field.startsWith('name'));
  if (readsName && family !== 'name') {
    report(['family'], 'what compares a name belongs to the family `name` (R05)');
  } else if (!(FAMILIES as readonly (string | undefined)[]).includes(family)) {
    report(['family'], `must be one of: ${FAMILIES.join(', ')}`);
  }
  if (rule.levels?.[0]?.m === undefined) {
    report(['levels'], 'give m and u for each level: the service does not train by itself');
  }
}

function reportUnknown(
  named: readonly string[],
  known: readonly string[],
  report: (message: string) => void,
): void {
  for (const name of named) {
    if (known.includes(name)) continue;
    report(`there is no field ${JSON.stringify(name)}; there are: ${known.join(', ')}`);
  }
}
