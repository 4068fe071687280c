import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountKeys, nameKeyOf, personKeys } from '../../src/domain/pairing/blockKeys.ts';
import { decide, holding, type Candidate, type Known } from '../../src/domain/pairing/decide.ts';
import type { AccountFacts } from '../../src/domain/pairing/compare.ts';
import { reckonedContacts, weigh } from '../../src/domain/pairing/weigh.ts';
import { known } from '../fixtures/pairing.ts';
import { account, accounts, candidate, NOW, people, person, profile } from './scene.ts';
import { HOSTILE } from './names/texts.ts';

const outcomes = (facts: AccountFacts, all: readonly Candidate[], more: Partial<Known> = {}) =>
  decide(facts, all, known(NOW, more)).map(({ contactId, outcome }) => `${contactId} ${outcome}`);
const ADA = { 'name.first': 'Ada', 'name.last': 'Byron' };

describe('a value that several contacts hold', () => {
  const facts = account({ email: 'ada@a.de' });
  const one = candidate('1', { email: 'ada@a.de' });
  const held = (count: number) => ({ holders: new Map([[holding(undefined, 'ada@a.de'), count]]) });

  test('proves nothing, also where the others are out of sight', () => {
    expect(outcomes(facts, [one])).toEqual(['1 link']);
    expect(outcomes(facts, [one], held(2))).toEqual(['1 suggest']);
  });

  test('points at nobody when it is everybody’s', () => {
    expect(outcomes(facts, [one], held(4))).toEqual([]);
  });
});

describe('an account that is no single person’s', () => {
  test.each([
    ['an association', { displayName: 'Fahrgastverband Rhein-Ruhr e. V.' }],
    ['a robot', { displayName: 'Ada Byron Bot' }],
    ['a robot by its handle', { displayName: 'Ada Byron', handle: 'ada-bot.example' }],
  ])('%s is not linked by a website, and not proposed by likeness', (_, shown) => {
    const facts = account({ websites: ['https://a.de'], ...shown }, { 'a.de': true });
    expect(outcomes(facts, [candidate('1', { ...ADA, website: 'a.de' })])).toEqual(['1 suggest']);
    expect(outcomes(account(shown), [candidate('1', ADA)])).toEqual([]);
  });

  test('is linked where the company wrote it down', () => {
    const facts = account({ handle: 'ada', displayName: 'Byron GmbH' });
    expect(outcomes(facts, [candidate('1', { ...ADA, 'handle.memory': 'ada' })])).toEqual([
      '1 link',
    ]);
  });
});

describe('one account of a network for each contact', () => {
  test('whoever has one is proposed for no other by the name, but proof still counts', () => {
    const facts = account({ displayName: 'Ada Byron', email: 'ada@a.de' });
    const busy = { busy: new Set(['1']) };
    expect(outcomes(facts, [candidate('1', ADA)])).toEqual(['1 suggest']);
    expect(outcomes(facts, [candidate('1', ADA)], busy)).toEqual([]);
    expect(outcomes(facts, [candidate('1', { email: 'ada@a.de' })], busy)).toEqual(['1 link']);
  });

  test('where rules let people have several, somebody is asked if more than the name speaks, and probability links nobody', () => {
    const handle = 'ada_byron_1815';
    const ada = candidate('1', { ...ADA, 'handle.other': handle });
    const seen = (shown: Parameters<typeof account>[0], severalOn: readonly string[]) => {
      const { weighing } = known(NOW);
      const more = {
        busy: new Set(['1']),
        weighing: { ...weighing, severalOn: new Set(severalOn) },
      };
      return decide(account(shown), [ada], known(NOW, more));
    };
    const second = { displayName: 'Ada Byron', handle };
    expect(decide(account(second), [ada], known(NOW))[0]?.weight.wouldLink).toBe(true);
    expect(seen(second, [])).toEqual([]);
    expect(seen({ displayName: 'Ada Byron' }, ['memory'])).toEqual([]);
    expect(seen(second, ['memory'])).toMatchObject([
      { outcome: 'suggest', weight: { wouldLink: false } },
    ]);
  });

  test('another account in the record makes a proof a question', () => {
    const facts = account({ handle: 'ada2', email: 'ada@a.de' });
    const recorded = candidate('1', { email: 'ada@a.de', 'handle.memory': 'ada1' });
    expect(outcomes(facts, [recorded])).toEqual(['1 suggest']);
  });
});

describe('what likeness weighs', () => {
  const likeness = (
    shown: Parameters<typeof account>[0],
    values: Readonly<Record<string, string>>,
    more: Partial<Known> = {},
  ) => {
    const { weighing, population } = known(NOW, more);
    const sides = {
      account: account(shown),
      person: person(values),
      population,
      isGeneric: () => false,
      now: NOW,
    };
    return weigh(weighing, sides);
  };

  test('is what its evidence adds to the prior, for any two', () => {
    fc.assert(
      fc.property(accounts, people, (facts, all) => {
        const { weighing, population } = known(NOW);
        for (const one of all) {
          const sides = {
            account: facts,
            person: one.person,
            population,
            isGeneric: () => false,
            now: NOW,
          };
          const { bits, evidence } = weigh(weighing, sides);
          const prior = Math.log2(weighing.expectedShare / population.contacts);
          const sum = evidence.reduce((all, { bits: own = 0 }) => all + own, prior);
          expect(bits).toBeCloseTo(sum, 1);
        }
      }),
    );
  });

  test('does not change by what one side does not say', () => {
    const alone = likeness({ displayName: 'Ada Byron' }, ADA);
    expect(likeness({ displayName: 'Ada Byron', bio: 'likes trains' }, ADA).bits).toBe(alone.bits);
    expect(likeness({ displayName: 'Ada Byron' }, { ...ADA, place: 'Bonn' }).bits).toBe(alone.bits);
    expect(
      likeness({ displayName: 'Ada Byron', bio: 'in Bonn' }, { ...ADA, place: 'Bonn' }).bits,
    ).toBeGreaterThan(alone.bits);
  });

  test('is less the more bear the name, and the more contacts there are', () => {
    const key = nameKeyOf(person(ADA)) ?? '';
    const borne = (count: number, contacts: number) =>
      likeness({ displayName: 'Ada Byron' }, ADA, {
        population: { contacts, bearers: new Map([[key, count]]) },
      }).bits;
    expect(borne(1, 4_000)).toBeGreaterThan(borne(40, 4_000));
    expect(borne(40, 4_000)).toBeGreaterThan(borne(400, 4_000));
    expect(borne(1, 1_000)).toBeGreaterThan(borne(1, 1_000_000));
  });

  test('never links by itself, however much it is (R05)', () => {
    fc.assert(
      fc.property(accounts, people, (facts, all) => {
        for (const pairing of decide(facts, all, known(NOW, { mayWeightLink: true })))
          if (pairing.outcome === 'link') expect(pairing.evidence[0]?.bits).toBeUndefined();
      }),
    );
  });
});

test('without the contact that is proven, an account is linked to no other (open world)', () => {
  fc.assert(
    fc.property(accounts, people, (facts, all) => {
      const links = decide(facts, all, known(NOW)).filter(({ outcome }) => outcome === 'link');
      for (const { contactId } of links) {
        const others = all.filter((one) => one.contactId !== contactId);
        expect(outcomes(facts, others).filter((one) => one.endsWith('link'))).toEqual([]);
      }
    }),
  );
});

test('the number of contacts that is reckoned with changes in steps, and not back and forth at one', () => {
  expect(reckonedContacts(3)).toBe(reckonedContacts(900));
  expect(reckonedContacts(1_001)).toBe(2_000);
  expect(reckonedContacts(999, 2_000)).toBe(2_000);
  expect(reckonedContacts(700, 2_000)).toBe(1_000);
});

describe('keys', () => {
  test.each([
    ['umlauts in either spelling', 'Jürgen Müller', 'Juergen', 'Mueller'],
    ['umlauts left out', 'Jurgen Muller', 'Jürgen', 'Müller'],
    ['a short form', 'Bill Smith', 'William', 'Smith'],
    ['the same sound', 'Klaus Meyer', 'Klaus', 'Maier'],
    ['names the other way round', 'Byron Ada', 'Ada', 'Byron'],
    ['half of a double name', 'Henriette Albrecht', 'Henriette', 'Albrecht-Nowak'],
    ['titles and particles', 'Dr. Lea von Thun', 'Lea-Sophie', 'Freifrau von Thun'],
  ])('are shared over %s', (_, displayName, given, family) => {
    const keys = accountKeys(profile({ displayName }));
    expect(
      personKeys(person({ 'name.first': given, 'name.last': family })).filter((key) =>
        keys.includes(key),
      ),
    ).not.toEqual([]);
  });

  test.each([
    'ada-byron.test',
    'adabyron.bsky.social',
    'abyron.test',
    'byronada.test',
    '@adabyron@social.example',
  ])('are shared with the handle %s', (handle) => {
    const keys = accountKeys(profile({ handle }));
    expect(personKeys(person(ADA)).filter((key) => keys.includes(key))).not.toEqual([]);
  });

  test('of hostile names are few, short and made at once', () => {
    for (const [, text] of HOSTILE) {
      const began = performance.now();
      const all = [
        ...personKeys(person({ 'name.first': text, 'name.last': text, 'handle.x': text })),
        ...accountKeys(profile({ displayName: text, handle: text })),
      ];
      const pairs = outcomes(account({ displayName: text, handle: text, bio: text }), [
        candidate('1', { ...ADA, organisation: text, place: text }),
      ]);
      expect(performance.now() - began).toBeLessThan(100);
      expect(all.length).toBeLessThanOrEqual(80);
      expect(all.every((key) => key.length <= 100)).toBe(true);
      expect(pairs.filter((one) => one.endsWith('link'))).toEqual([]);
    }
  });
});
