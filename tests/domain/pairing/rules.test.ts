import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { comparisonsOf } from '../../../src/domain/pairing/model/rulesModel.ts';
import { fixedShares } from '../../../src/domain/pairing/model/train.ts';
import { levelBits } from '../../../src/domain/pairing/model/weights.ts';
import { pairingRulesSchema } from '../../../src/domain/pairing/rules/schema.ts';
import { readRuleFile } from '../../../src/platform/ruleFile.ts';

const standard = readFileSync(new URL('../../../mappings/pairing.yaml', import.meta.url), 'utf8');
const read = (text: string) => readRuleFile('pairing.yaml', text, pairingRulesSchema);

describe('the rules that come with the service', () => {
  const rules = read(standard);

  test('never link by probability, and let each proof link', () => {
    expect(rules.decide.automatic.allowed).toBe(false);
    expect(rules.for === 'service' && rules.proofs).toEqual([
      'handle_in_crm',
      'comment_email',
      'comment_mailbox',
      'two_way_link',
      'domain_handle',
    ]);
  });

  test('weigh every level, the better the more, and nothing that differs speaks for the pair', () => {
    for (const comparison of comparisonsOf(rules)) {
      const shares = fixedShares(comparison);
      if (shares === undefined) throw new Error(`${comparison.name} has no weights`);
      const bits = levelBits(shares);
      expect(bits).toEqual(bits.toSorted((a, b) => b - a));
      expect(bits[0]).toBeGreaterThan(4);
      expect(bits.at(-1)).toBeLessThan(0);
    }
  });

  test('a different handle on another network is a weak objection only', () => {
    const [handles] = comparisonsOf(rules).filter(({ name }) => name === 'handle_elsewhere');
    const shares = handles && fixedShares(handles);
    const last = shares && levelBits(shares).at(-1);
    expect(last).toBeGreaterThan(-3.5);
    expect(last).toBeLessThan(-1.5);
  });
});

describe('a broken file names the line, the path and what to do', () => {
  const faults: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'R05: a probability below the floor',
      'probability: 0.999',
      'probability: 0.9',
      /line \d+, decide\.automatic\.probability: cannot be set below 0\.999/,
    ],
    [
      'R05: a margin below the floor',
      'margin_bits: 7',
      'margin_bits: 3',
      /decide\.automatic\.margin_bits: cannot be set below 7/,
    ],
    [
      'R05: one family',
      'families: 2',
      'families: 1',
      /decide\.automatic\.families: cannot be set below 2/,
    ],
    [
      'R05: automatic links without a shadow run',
      'allowed: false',
      'allowed: true',
      /decide\.automatic\.allowed: .*shadow_run/,
    ],
    [
      'R05: a name that calls itself something else',
      'as: person_name',
      'as: person_name\n    family: place',
      /compare\.0\.family: .*R05/,
    ],
    [
      'R01: bought data as a proof',
      'proofs: [handle_in_crm',
      'proofs: [clearbit',
      /line 6, proofs\.0: /,
    ],
    [
      'R01: a device as a field',
      'left: website',
      'left: device_id',
      /compare\.5\.left: there is no field "device_id"/,
    ],
    [
      'R01: a face as a family',
      'family: place',
      'family: face',
      /compare\.7\.family: must be one of/,
    ],
    ['a misspelt method', 'as: handle\n', 'as: handel\n', /line 38, compare\.2\.as: /],
    ['a level of another method', 'is: full', 'is: exact', /tells apart: full, initials/],
    [
      'a level that nothing reaches',
      'from: 0.85, m: 0.02',
      'from: 0.95, m: 0.02',
      /can never be reached/,
    ],
    [
      'shares that come to more than all',
      'm: 0.42, u: 0.0001',
      'm: 0.92, u: 0.0001',
      /compare\.0\.levels: the shares m .* 1 at most/,
    ],
    ['an unknown word', 'version: 2', 'version: 2\nauto: yes', /Unrecognized key: "auto"/],
    ['no YAML', 'version: 2', 'version: [', /line 5, column 1/],
  ];

  test.each(faults)('%s', (_, from, to, message) => {
    expect(standard).toContain(from);
    expect(() => read(standard.replace(from, to))).toThrow(message);
  });
});

describe('a file for a bench', () => {
  const bench = (text: string) => () => read(`version: 1\nfor: bench\n${text}`);

  test('needs no weights, blocks or thresholds', () => {
    expect(bench('compare: [{ field: name, as: person_name }]')()).toMatchObject({
      block: 'auto',
      id: 'id',
    });
  });

  test.each([
    ['compare: []', /compare: /],
    [
      'truth: { pattern: "(" }\ncompare: [{ field: a, as: text }]',
      /truth\.pattern: must be a regular/,
    ],
    ['compare: [{ as: text }]', /name either `field`, or `left` and `right`/],
    ['compare: [{ left: a, as: text }]', /`left` and `right` are given together/],
    ['compare: [{ field: a, as: text }, { field: a, as: date }]', /two comparisons are called a/],
    [
      'compare: [{ field: a, as: text }]\nblock: [[b]]',
      /block\.0\.0: no comparison is called b; there are: a/,
    ],
    [
      'compare: [{ field: a, as: date }]\nblock: [["a:cologne"]]',
      /`date` has the keys: exact, month_day, year/,
    ],
    [
      'compare: [{ field: a, as: email, any_of: both, term_frequency: true }]',
      /several values have no one frequency/,
    ],
  ])('%s', (text, message) => {
    expect(bench(text)).toThrow(message);
  });
});
