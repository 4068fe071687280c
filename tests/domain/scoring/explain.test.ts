import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bandOf } from '../../../src/domain/scoring/bands.ts';
import { scoreContact } from '../../../src/domain/scoring/contact.ts';
import { explainScore, scoreVaried } from '../../../src/domain/scoring/explain.ts';
import { account, contactFacts, daysAgo, options } from './scene.ts';

const hannah = {
  accounts: [
    account({
      followers: 12_400,
      following: 300,
      lists: 40,
      engagement: { mentions: 220, reposts: 60, engagers: 180 },
      lastPostAt: daysAgo(2),
    }),
  ],
  role: { kind: 'journalist', source: 'bio' } as const,
};

describe('the explanation', () => {
  test('names at least one change, and each change does move the band (R53)', () => {
    fc.assert(
      fc.property(contactFacts, (facts) => {
        const explained = explainScore(facts, options);
        expect(explained?.changes.length).toBeGreaterThan(0);
        for (const { variation, from, to, value } of explained?.changes ?? []) {
          const then = scoreVaried(facts, options, variation);
          expect(from).toBe(explained?.score.band);
          expect(to).not.toBe(from);
          expect(then?.value).toBe(value);
          expect(then?.band).toBe(to);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('names the smallest number: one less changes nothing (R53)', () => {
    const explained = explainScore(hannah, options);
    const more = explained?.changes.find(({ variation }) => variation.kind === 'more_lists');
    if (more?.variation.kind !== 'more_lists') throw new Error('no such change');
    const less = { ...more.variation, lists: more.variation.lists - 1 };
    expect(scoreVaried(hannah, options, less)?.band).toBe(explained?.score.band);
  });

  test('names what adds most, in German and in English (R53)', () => {
    const score = scoreContact(hannah, options);
    expect(score?.reasons.length).toBe(3);
    const points = score?.reasons.map((reason) => reason.points) ?? [];
    expect(points).toEqual(points.toSorted((a, b) => b - a));
    const texts = score?.reasons.map(({ text }) => text);
    expect(texts).toContainEqual({
      en: expect.stringMatching(/^12,400 followers on Bluesky.*: \+\d+\.\d points$/),
      de: expect.stringMatching(/^12\.400 Follower bei Bluesky.*: \+\d+,\d Punkte$/),
    });
    const changes = explainScore(hannah, options)?.changes ?? [];
    expect(changes.map(({ text }) => text.de)).toContainEqual(
      expect.stringMatching(
        /^Wenn \d+ Tage lang nichts Neues käme, läge der Wert bei \d+ \(Stufe 20-39\)\.$/,
      ),
    );
    expect(changes.map(({ text }) => text.en)).toContain(
      'If no account were linked, there would be no score.',
    );
  });

  test('is there for an account of which nothing is known', () => {
    const explained = explainScore({ accounts: [account()] }, options);
    expect(explained?.score).toMatchObject({ value: 0, coverage: 0, reasons: [] });
    expect(bandOf(explained?.changes[0]?.value ?? 0)).toBeGreaterThan(0);
  });

  test('is not there where there is no score', () => {
    expect(explainScore({ accounts: [] }, options)).toBeUndefined();
  });
});
