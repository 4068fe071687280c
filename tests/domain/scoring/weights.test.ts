import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { multiplierSchema, weightsOf } from '../../../src/domain/scoring/weights.ts';
import { readRuleFile } from '../../../src/platform/ruleFile.ts';
import { rules, RULES_FILE, weights } from './scene.ts';

const text = readFileSync(RULES_FILE, 'utf8');
const read = (changed: string) => () => readRuleFile('m.yaml', changed, multiplierSchema);

describe('a file of weights is refused with line, path and remedy, when', () => {
  test.each<[string, string | RegExp, string, RegExp]>([
    [
      'a weight is too large',
      'reach: 0.30',
      'reach: 0.60',
      /line 4, weights\.reach: must lie between 0\.1 and 0\.3: choose/,
    ],
    [
      'the weights do not add up',
      'reach: 0.30',
      'reach: 0.25',
      /line 4, weights: .*must add up to 1: take/,
    ],
    [
      'a weight is a word',
      'reach: 0.30',
      'reach: much',
      /line 4, weights\.reach: must be a number, as 0\.25/,
    ],
    ['a weight is missing', '  network: 0.20\n', '', /line 4, weights\.network: must be a number/],
    [
      'a role is worth too much',
      'journalist: 0.25',
      'journalist: 0.30',
      /line \d+, roles\.journalist: must lie between 0 and 0\.25/,
    ],
    ['a role is unknown', 'speaker:', 'employee:', /line \d+, roles: .*employee/],
    [
      'the norm is another',
      'norm: 4',
      'norm: 1',
      /line \d+, norm: must be 4: other values let split accounts gain/,
    ],
    [
      'bought followers would pay',
      'headroom: 0.17',
      'headroom: 0.30',
      /line \d+, headroom: must lie between 0\.1 and 0\.18/,
    ],
    [
      'a reference is a trifle',
      'engagement: 10000',
      'engagement: 10',
      /line \d+, references\.engagement: must lie between/,
    ],
    [
      'a network has no name',
      'bluesky: 300000',
      '"Blue Sky": 300000',
      /references\.followers: a network is named in lower case/,
    ],
    ['a word is unknown', 'norm: 4', 'norm: 4\nincome: 1', /line \d+: .*income/],
    ['it is not YAML', 'norm: 4', 'norm: [4', /line \d+, column \d+: /],
    ['it is empty', /[^]*/, '', /line 1: /],
  ])('%s', (_, from, to, message) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(read(changed)).toThrow(message);
    expect(read(changed)).toThrow(/^m\.yaml cannot be used:/);
  });

  test('all faults are told at once', () => {
    const changed = text.replace('reach: 0.30', 'reach: 3').replace('norm: 4', 'norm: 2');
    expect(read(changed)).toThrow(/weights\.reach[^]*norm/);
  });

  test('aliases do not let a small file grow', () => {
    expect(read('a: &a [1]\nb: [*a, *a]')).toThrow(/cannot be used/);
  });
});

test('the same weights have the same hash in any order, others another', () => {
  const { norm, ...rest } = rules;
  expect(weightsOf({ ...rest, norm }).hash).toBe(weights.hash);
  expect(weightsOf({ ...rules, headroom: 0.15 }).hash).not.toBe(weights.hash);
});
