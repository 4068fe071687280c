import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../../src/domain/pairing/decide.ts';
import { lawful } from '../../../src/domain/policy/pairing.ts';
import type { PolicyPack, Word } from '../../../src/domain/policy/pack.ts';
import { mayBeScored } from '../../../src/domain/policy/veto.ts';
import type { ProfileMark } from '../../../src/domain/social.ts';
import { known } from '../../fixtures/pairing.ts';
import { pack, packs } from '../../fixtures/policies.ts';
import { account, accounts, candidate, NOW, people, person, profile } from '../scene.ts';

const deny: Word = { deny: 'rule' };
const human: Word = { needs: 'human', clause: 'rule' };
const consent: Word = { needs: 'consent', clause: 'rule' };
const TODAY = { checked: '2026-11-21' };

interface Case {
  readonly of: PolicyPack;
  readonly values: Readonly<Record<string, string>>;
  readonly marks?: readonly ProfileMark[];
  readonly standing?: 'active' | 'suggested';
  readonly now?: Date;
}

/** Outcome and leading rule for Ada, whose handle, website and name the contact shares as far as `values` says. */
function outcome({ of, values, marks, standing, now = NOW }: Case): string {
  const shown = { handle: 'ada', displayName: 'Ada Byron', websites: ['https://ada.example'] };
  const facts = account({ ...shown, ...(marks && { marks }) }, { 'ada.example': true });
  const contact = candidate('1', values);
  const [pairing] = decide(facts, [contact], known(now));
  if (pairing === undefined) return 'nothing';
  const left = lawful(packs(of), pairing, {
    network: 'memory',
    profile: facts.profile,
    person: contact.person,
    standing,
    today: now,
  });
  return left === undefined ? 'nothing' : `${left.outcome} ${left.rule} ${left.basis}`;
}

const HANDLE = { 'handle.memory': 'ada' };
const SITE = { website: 'ada.example' };
const NAME = { 'name.first': 'Ada', 'name.last': 'Byron' };

describe('what a network lets us pair', () => {
  test.each<[string, Omit<Case, 'of'>, Parameters<typeof pack>[1], string]>([
    [
      'allowed proof links',
      { values: HANDLE },
      {},
      'link handle_in_crm handle_recorded_by_company',
    ],
    ['denied proof is nothing', { values: HANDLE }, { pair: { E2: deny } }, 'nothing'],
    [
      'denied proof leaves what is allowed',
      { values: { ...HANDLE, ...NAME } },
      { pair: { E2: deny } },
      'suggest same_name suggestion',
    ],
    [
      'another proof takes its place',
      { values: { ...HANDLE, ...SITE } },
      { pair: { E2: deny } },
      'link two_way_link published_by_person_both_ways',
    ],
    [
      'proof that needs a human is a suggestion (R03)',
      { values: HANDLE },
      { pair: { E2: human } },
      'suggest handle_in_crm suggestion',
    ],
    [
      'what the person told us links with their consent (R03)',
      { values: { ...HANDLE, 'consent.link': 'yes' } },
      { pair: { E2: human } },
      'link handle_in_crm handle_recorded_by_company',
    ],
    [
      'what they only show does not, even then (R03)',
      { values: { ...SITE, 'consent.link': 'yes' } },
      { pair: { E3: human } },
      'suggest two_way_link suggestion',
    ],
    [
      'without the consent it needs, nothing is even suggested',
      { values: HANDLE },
      { pair: { E2: consent } },
      'nothing',
    ],
    [
      'with it, proof links',
      { values: { ...HANDLE, 'consent.link': 'yes' } },
      { pair: { E2: consent } },
      'link handle_in_crm handle_recorded_by_company',
    ],
    [
      'a name never links, whatever is allowed (R05)',
      { values: { ...NAME, 'consent.link': 'yes' } },
      {},
      'suggest same_name suggestion',
    ],
    [
      'where pairing itself is denied, nothing',
      { values: HANDLE },
      { purposes: { link: deny } },
      'nothing',
    ],
  ])('%s', (_, one, changes, expected) => {
    expect(outcome({ ...one, of: pack('memory', { ...TODAY, ...changes }) })).toBe(expected);
  });

  test('a network without a pack: nothing', () => {
    expect(outcome({ of: pack('other', TODAY), values: HANDLE })).toBe('nothing');
  });

  test('a frozen pack begins nothing, ends nothing and makes no suggestion a link (R83)', () => {
    const now = new Date('2028-01-01');
    const frozen = { of: pack('memory', TODAY), values: HANDLE, now };
    expect(outcome(frozen)).toBe('nothing');
    expect(outcome({ ...frozen, standing: 'active' })).toMatch(/^link/);
    expect(outcome({ ...frozen, standing: 'suggested' })).toMatch(/^suggest/);
  });
});

describe('an account that wants not to be found (R10)', () => {
  const of = pack('memory', TODAY);
  const MARKS = ['not_discoverable', 'not_indexable', 'noindex', 'signed_in_only'] as const;
  test.each(MARKS)(
    '%s: no suggestion and no score; what the person told the company stands',
    (mark) => {
      const marks = [mark];
      expect(outcome({ of, marks, values: NAME })).toBe('nothing');
      expect(outcome({ of, marks, values: SITE })).toBe('nothing');
      expect(outcome({ of, marks, values: HANDLE })).toMatch(/^link handle_in_crm/);
      expect(
        outcome({ of: pack('memory', { ...TODAY, pair: { E2: human } }), marks, values: HANDLE }),
      ).toBe('nothing');
      expect(mayBeScored(profile({ marks }), person({}))).toBe(false);
    },
  );

  test('without a mark there is nothing to respect', () => {
    for (const shown of [{}, { marks: [] }])
      expect(mayBeScored(profile(shown), person({}))).toBe(true);
    expect(outcome({ of, marks: [], values: NAME })).toMatch(/^suggest/);
  });
});

describe('a veto beats any proof (R06)', () => {
  const of = pack('memory', TODAY);
  const all = { ...HANDLE, ...SITE, ...NAME };

  test.each([
    ['an objection', { 'consent.link': 'No ' }],
    ['an employee (R12)', { 'veto.employee': 'yes' }],
    ['a minor (R13)', { 'veto.minor': 'true' }],
    ['nobody knows whether a minor (R13)', { 'veto.minor': 'unknown' }],
  ])('%s: no link, no suggestion, no score', (_, veto) => {
    expect(outcome({ of, values: { ...all, ...veto } })).toBe('nothing');
    expect(mayBeScored(profile(), person(veto))).toBe(false);
  });

  test.each(['minor', 'age_unknown'] as const)('an account marked %s (R13)', (mark) => {
    expect(outcome({ of, values: all, marks: [mark] })).toBe('nothing');
    expect(mayBeScored(profile({ marks: [mark] }), person({}))).toBe(false);
  });

  test.each(['', ' ', 'no', 'False', '0', 'Nein'])('"%s" in the record is no veto', (value) => {
    const values = { ...all, 'veto.employee': value, 'veto.minor': value };
    expect(outcome({ of, values })).toMatch(/^link/);
  });
});

test('policy only ever takes away: order of strictness holds for anybody', () => {
  const words = ['allow', human, consent, deny] as const;
  const given = fc.constantFrom<Word>(...words);
  const answers = fc.record({ E1: given, E2: given, E3: given, E4: given, E5: given });
  fc.assert(
    fc.property(accounts, people, answers, (facts, candidates, pair) => {
      for (const pairing of decide(facts, candidates, known(NOW))) {
        const of = candidates.find((one) => one.contactId === pairing.contactId);
        if (of === undefined) throw new Error('a pairing of nobody');
        const asked = {
          network: 'memory',
          profile: facts.profile,
          person: of.person,
          standing: undefined,
          today: NOW,
        };
        const open = lawful(packs(pack('memory', TODAY)), pairing, asked);
        expect(open).toEqual(pairing);
        const left = lawful(packs(pack('memory', { ...TODAY, pair })), pairing, asked);
        if (left?.outcome === 'link') expect(pairing.outcome).toBe('link');
        for (const one of left?.evidence ?? []) {
          expect(pairing.evidence).toContainEqual(one);
          expect(pair[one.class]).not.toEqual(deny);
        }
      }
    }),
    { numRuns: 300 },
  );
});
