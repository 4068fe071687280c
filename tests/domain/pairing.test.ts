import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountIdentifiers } from '../../src/domain/identifiers.ts';
import { accountKeys, personKeys } from '../../src/domain/pairing/blockKeys.ts';
import { compare } from '../../src/domain/pairing/compare.ts';
import { decide } from '../../src/domain/pairing/decide.ts';
import { evidenceSchema, RULES, type Evidence } from '../../src/domain/pairing/evidence.ts';
import { personIdentifiers } from '../../src/domain/person.ts';
import { known } from '../fixtures/pairing.ts';
import { account, accounts, candidate, NOW, people } from './scene.ts';

const outcomes = (...parameters: Parameters<typeof decide>) =>
  decide(...parameters).map((pairing) => [pairing.contactId, pairing.outcome, pairing.rule]);
const proves = (evidence: Evidence) => RULES[evidence.rule].proves;
const KNOWN = known(NOW);
const runs = { numRuns: 1000 };

describe('proof', () => {
  test.each([
    ['the handle in the CRM', { handle: 'ada.a.de' }, { 'handle.memory': '@Ada.A.de' }],
    ['the stable id in the CRM', { handle: 'x.de' }, { 'handle.memory': 'did:plc:ada' }],
    ['the address a comment was written with', { email: 'ada@a.de' }, { email: 'Ada@A.de' }],
    ['another spelling of that mailbox', { email: 'ada+x@a.de' }, { email: 'ada@a.de' }],
    ['a second address', { email: 'ada@a.de' }, { 'email.additional': 'x@y.de;ada@a.de' }],
    ['the domain as a handle', { handle: 'a.de', handleIsDomain: true }, { website: 'www.a.de' }],
  ])('is %s', (_, shown, values) => {
    const [pairing] = decide(account(shown), [candidate('1', values)], KNOWN);
    expect(pairing?.outcome).toBe('link');
    expect(pairing?.basis).not.toBe('suggestion');
  });

  test.each([
    ['the same name', { displayName: 'Ada Löve' }, { 'name.first': 'Ada', 'name.last': 'Loeve' }],
    ['a website without a link back', { websites: ['https://a.de'] }, { website: 'a.de' }],
    ['a role mailbox', { email: 'info@a.de' }, { email: 'info@a.de' }],
    ['a role mailbox with a tag', { email: 'info+x@a.de' }, { email: 'info@a.de' }],
    ['an address in the bio', { bio: 'mail: ada@a.de' }, { email: 'ada@a.de' }],
    ['a handle on another network', { handle: 'ada.a.de' }, { 'handle.bluesky': 'ada.a.de' }],
  ])('is not %s: that only suggests (R05)', (_, shown, values) => {
    const [pairing] = decide(account(shown), [candidate('1', values)], KNOWN);
    expect(pairing?.outcome).toBe('suggest');
    expect(pairing?.basis).toBe('suggestion');
  });

  test.each([
    ['a domain-like handle that no network verified', { handle: 'a.de' }, { website: 'a.de' }],
    [
      'a handle on a shared host',
      { handle: 'x.github.io', handleIsDomain: true },
      { website: 'x.github.io' },
    ],
    ['a single name', { displayName: 'Ada' }, { 'name.first': 'Ada' }],
    ['two empty records', {}, {}],
    ['no address on either side', { email: '' }, { email: '' }],
  ])('nor is %s: that is nothing', (_, shown, values) => {
    expect(decide(account(shown), [candidate('1', values)], KNOWN)).toEqual([]);
  });

  test('of a website is the link back, and only from the host that both name', () => {
    const ada = candidate('1', { website: 'a.de' });
    const shown = { websites: ['https://a.de', 'https://evil.example'] };
    expect(outcomes(account(shown, { 'a.de': true }), [ada], KNOWN)).toEqual([
      ['1', 'link', 'two_way_link'],
    ]);
    // An impersonator names the contact's website; only their own site links back.
    expect(outcomes(account(shown, { 'evil.example': true }), [ada], KNOWN)).toEqual([
      ['1', 'suggest', 'one_way_link'],
    ]);
    expect(outcomes(account(shown, { 'a.de': false }), [ada], KNOWN)).toEqual([
      ['1', 'suggest', 'one_way_link'],
    ]);
    // The profile does not name the site any more: what was once read there is void.
    expect(outcomes(account({}, { 'a.de': true }), [ada], KNOWN)).toEqual([]);
  });
});

describe('several contacts', () => {
  const ada = account({ handle: 'ada.a.de', email: 'ada@a.de', displayName: 'Ada Löve' });

  test('with proof are all suggested (R07)', () => {
    const both = [
      candidate('1', { 'handle.memory': 'ada.a.de' }),
      candidate('2', { email: 'ada@a.de' }),
    ];
    expect(outcomes(ada, both, KNOWN)).toEqual([
      ['1', 'suggest', 'handle_in_crm'],
      ['2', 'suggest', 'comment_email'],
    ]);
  });

  test('of whom one said no: that one appears in nothing, and the proof of the other gets no better (R06)', () => {
    const both = [
      candidate('1', { 'handle.memory': 'ada.a.de', 'consent.link': 'no' }),
      candidate('2', { email: 'ada@a.de' }),
    ];
    expect(outcomes(ada, both, KNOWN)).toEqual([['2', 'suggest', 'comment_email']]);
  });

  test('of whom a person rejected one: that pair stays silent, whatever the proof', () => {
    const one = candidate('1', { 'handle.memory': 'ada.a.de', email: 'ada@a.de' }, true);
    expect(outcomes(ada, [one], KNOWN)).toEqual([]);
    expect(outcomes(ada, [one, candidate('2', { email: 'ada@a.de' })], KNOWN)).toEqual([
      ['2', 'suggest', 'comment_email'],
    ]);
  });

  test('who only share a name are suggested up to three, and beyond that nobody is', () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        candidate(String(index), { 'name.first': 'Ada', 'name.last': 'Löve' }),
      );
    expect(decide(ada, named(3), KNOWN)).toHaveLength(3);
    expect(decide(ada, named(4), KNOWN)).toEqual([]);
    expect(outcomes(ada, [...named(4), candidate('true', { email: 'ada@a.de' })], KNOWN)).toEqual([
      ['true', 'link', 'comment_email'],
    ]);
  });
});

describe('laws of pairing', () => {
  test('an account is linked to one contact at most, and only by proof of that very contact', () => {
    fc.assert(
      fc.property(accounts, people, (facts, candidates) => {
        const links = decide(facts, candidates, KNOWN).filter((one) => one.outcome === 'link');
        expect(links.length).toBeLessThanOrEqual(1);
        for (const link of links) {
          expect(link.evidence.some(proves)).toBe(true);
          expect(RULES[link.rule].proves).toBe(true);
        }
      }),
      runs,
    );
  });

  test('nobody who said no, and no rejected pair, appears in anything', () => {
    fc.assert(
      fc.property(accounts, people, (facts, candidates) => {
        const silent = candidates.filter((one) => one.rejected || one.person.linkConsent === 'no');
        const paired = decide(facts, candidates, KNOWN).map((one) => one.contactId);
        expect(silent.filter((one) => paired.includes(one.contactId))).toEqual([]);
      }),
      runs,
    );
  });

  test('saying no never gives another contact a link', () => {
    fc.assert(
      fc.property(accounts, people, fc.nat(), (facts, candidates, pick) => {
        const chosen = candidates[pick % Math.max(1, candidates.length)];
        if (chosen === undefined) return;
        const after = candidates.map((one) =>
          one === chosen ? { ...one, person: { ...one.person, linkConsent: 'no' as const } } : one,
        );
        const linked = (all: typeof candidates) =>
          decide(facts, all, KNOWN)
            .filter((one) => one.outcome === 'link')
            .map((one) => one.contactId);
        const before = linked(candidates);
        expect(linked(after).filter((id) => !before.includes(id))).toEqual([]);
      }),
      runs,
    );
  });

  test('the order of the candidates does not matter', () => {
    const shuffled = people.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
    );
    fc.assert(
      fc.property(accounts, shuffled, (facts, [list, other]) => {
        expect(new Set(decide(facts, other, KNOWN))).toEqual(new Set(decide(facts, list, KNOWN)));
      }),
      runs,
    );
  });

  test('without its true contact, an account is linked to nobody by what others merely resemble (open world)', () => {
    fc.assert(
      fc.property(accounts, people, (facts, candidates) => {
        const others = candidates.filter(({ person }) => !compare(facts, person, NOW).some(proves));
        expect(decide(facts, others, KNOWN).filter((one) => one.outcome === 'link')).toEqual([]);
      }),
      runs,
    );
  });

  test('whoever is paired in any way is found by a shared identifier or a shared key', () => {
    fc.assert(
      fc.property(accounts, people, (facts, candidates) => {
        const { network, profile } = facts;
        const keys = new Set([
          ...accountIdentifiers(network, profile).map(text),
          ...accountKeys(profile),
        ]);
        const paired = decide(facts, candidates, KNOWN).map((one) => one.contactId);
        for (const { contactId, person } of candidates) {
          if (!paired.includes(contactId)) continue;
          const own = [...personIdentifiers(person).map(text), ...personKeys(person)];
          expect(own.filter((key) => keys.has(key))).not.toEqual([]);
        }
      }),
      runs,
    );
    function text({ kind, value }: { kind: string; value: string }) {
      return `${kind} ${value}`;
    }
  });

  test('all evidence can be stored, and every suggestion and link has some', () => {
    fc.assert(
      fc.property(accounts, people, (facts, candidates) => {
        for (const pairing of decide(facts, candidates, KNOWN)) {
          expect(pairing.evidence.map((one) => evidenceSchema.parse(one))).toEqual(
            pairing.evidence,
          );
          expect(pairing.evidence.map((one) => one.rule)).toContain(pairing.rule);
        }
      }),
      runs,
    );
  });
});

describe('evidence of bought data (E6) or of devices, faces and graphs (E7)', () => {
  const fine = {
    class: 'E2',
    rule: 'handle_in_crm',
    source: 'crm:handle.memory',
    value: 'ada',
    observedAt: NOW.toISOString(),
  };

  test('has no form in which it could be stored (R01)', () => {
    expect(evidenceSchema.safeParse(fine).success).toBe(true);
    for (const forbidden of ['E6', 'E7', 'E8', 'V', 'e2', ''])
      expect(evidenceSchema.safeParse({ ...fine, class: forbidden }).success).toBe(false);
    for (const rule of ['enrichment', 'device', 'face', 'follower_graph'])
      expect(evidenceSchema.safeParse({ ...fine, rule }).success).toBe(false);
    expect(evidenceSchema.safeParse({ ...fine, deviceId: 'x' }).success).toBe(false);
  });

  test('comes from no rule', () => {
    expect(Object.values(RULES).map((rule) => rule.class)).not.toContainEqual(
      expect.stringMatching(/E[678]/),
    );
    // @ts-expect-error -- E6 has no place in the type either
    const bought: Evidence['class'] = 'E6';
    expect(bought).toBe('E6');
  });
});
