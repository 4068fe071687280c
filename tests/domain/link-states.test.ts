import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Pairing } from '../../src/domain/pairing/decide.ts';
import { FAMILIES, familiesOf, type Evidence } from '../../src/domain/pairing/evidence.ts';
import { settle, weightOf, type SettledLink, type Step } from '../../src/domain/pairing/settle.ts';
import {
  LINK_ACTIONS,
  mayBeWritten,
  transition,
  UNKNOWN_PAIR,
  type Actor,
  type LinkAction,
  type LinkStanding,
} from '../../src/domain/pairing/states.ts';

const events = fc.array(
  fc.record({
    action: fc.constantFrom(...LINK_ACTIONS),
    actor: fc.constantFrom<Actor>('rules', 'person'),
  }),
  { maxLength: 30 },
);

interface Event {
  readonly action: LinkAction;
  readonly actor: Actor;
}

function after(standing: LinkStanding, { action, actor }: Event): LinkStanding {
  const state = transition(standing, action, actor);
  if (state === undefined) return standing;
  const refuses = actor === 'person' && (action === 'reject' || action === 'unlink');
  return {
    state,
    by: action === 'unsure' ? standing.by : actor,
    wasRefused: action === 'confirm' ? false : standing.wasRefused || refuses,
  };
}

describe('the life of a link, whatever happens in whatever order', () => {
  test('it may be written only after a proof or a yes that nothing has ended since (R02)', () => {
    fc.assert(
      fc.property(events, (all) => {
        let standing = UNKNOWN_PAIR;
        for (const event of all) {
          const next = after(standing, event);
          const begins = !mayBeWritten(standing.state) && mayBeWritten(next.state);
          if (begins) expect(['link', 'confirm']).toContain(event.action);
          const ends = ['reject', 'unlink', 'withdraw', 'expire', 'undo', 'erase'];
          if (ends.includes(event.action) && next !== standing)
            expect(mayBeWritten(next.state)).toBe(false);
          standing = next;
        }
      }),
    );
  });

  test('what a person refused is never linked by rules; what a person linked ends by rules only through a veto or erasure (R06)', () => {
    fc.assert(
      fc.property(events, (all) => {
        let standing = UNKNOWN_PAIR;
        for (const event of all) {
          const next = after(standing, event);
          if (event.actor === 'rules') {
            if (standing.wasRefused && !mayBeWritten(standing.state))
              expect(mayBeWritten(next.state)).toBe(false);
            const wasTheirs = standing.by === 'person' && standing.state === 'active';
            if (wasTheirs && next.state !== 'active')
              expect(['withdraw', 'erase']).toContain(event.action);
          }
          standing = next;
        }
      }),
    );
  });

  test('erased is the end', () => {
    for (const action of LINK_ACTIONS)
      for (const actor of ['rules', 'person'] as const)
        expect(transition({ state: 'erased', by: actor, wasRefused: false }, action, actor)).toBe(
          undefined,
        );
  });
});

function evidence(rule: Evidence['rule'], value = 'x'): Evidence {
  return { class: 'E3', rule, source: 's', value, observedAt: '2026-11-01T00:00:00.000Z' };
}

const someEvidence = fc.uniqueArray(
  fc
    .constantFrom<Evidence['rule']>('handle_in_crm', 'comment_email', 'two_way_link', 'same_name')
    .map((rule) => evidence(rule)),
  { minLength: 1, maxLength: 3, selector: ({ rule }) => rule },
);

const pairings = fc
  .uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 4 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((contactId) =>
        fc.record({ contactId: fc.constant(contactId), said: someEvidence, links: fc.boolean() }),
      ),
    ),
  )
  .map((drawn) => {
    // As the rules have it: one link at most in each CRM.
    const linked = new Set<string>();
    return drawn.map(({ contactId, said, links }): Pairing => {
      const isLink = links && !linked.has(crmOf(contactId));
      if (isLink) linked.add(crmOf(contactId));
      return {
        contactId,
        outcome: isLink ? 'link' : 'suggest',
        evidence: said,
        rule: said[0]?.rule ?? 'same_name',
        basis: isLink ? 'proof' : 'suggestion',
        weight: { bits: 0, probability: 0.5, least: 0.005, wouldLink: false },
      };
    });
  });

/** Contacts 1 and 2 stand in one CRM, 3 and 4 in another. */
function crmOf(contactId: string): string {
  return contactId < '3' ? 'a' : 'b';
}

function link(contactId: string, more: Partial<SettledLink>): SettledLink {
  return {
    contactId,
    crm: crmOf(contactId),
    state: 'suggested',
    by: 'rules',
    evidence: [evidence('same_name')],
    rule: 'same_name',
    ruleVersion: 1,
    basis: 'suggestion',
    refused: undefined,
    ...{ bits: null },
    ...more,
  };
}

function applied(links: readonly SettledLink[], steps: readonly Step[]): readonly SettledLink[] {
  return steps.reduce<readonly SettledLink[]>((all, step) => {
    const rest = all.filter((one) => one.contactId !== step.contactId);
    const known = all.find((one) => one.contactId === step.contactId);
    if (step.do === 'forget') return rest;
    if (!('pairing' in step)) {
      const state = step.do === 'silence' ? 'rejected' : 'withdrawn';
      return known === undefined ? rest : [...rest, { ...known, state, by: 'rules' }];
    }
    const { evidence: said, rule, basis } = step.pairing;
    const state = step.do === 'link' ? 'active' : 'suggested';
    const refused = known?.refused;
    const bits = weightOf(step.pairing)?.bits ?? null;
    return [...rest, link(step.contactId, { state, evidence: said, rule, basis, refused, bits })];
  }, links);
}

const decided = fc
  .tuple(
    fc.constantFrom('1', '2'),
    fc.constantFrom('3', '4'),
    fc.constantFrom<'active' | 'rejected'>('active', 'rejected'),
    fc.subarray([...FAMILIES], { minLength: 1 }),
  )
  .map(([first, second, state, refused]) => [
    link(first, { state: 'active', by: 'person', basis: 'told_us' }),
    link(second, {
      state,
      by: 'person',
      refused: state === 'rejected' ? refused : undefined,
    }),
  ]);

describe('the rules run again, any number of times over anything', () => {
  const now = { isGone: false, vetoed: new Set<string>(), ruleVersion: 1, crmOf };

  test('a decision of a person survives: linked stays linked, refused is asked about again only for a new family', () => {
    fc.assert(
      fc.property(decided, fc.array(pairings, { maxLength: 8 }), (persons, runs) => {
        let links: readonly SettledLink[] = persons;
        for (const run of runs) {
          links = applied(links, settle(links, run, now));
          for (const before of persons) {
            const one = links.find(({ contactId }) => contactId === before.contactId);
            if (before.refused === undefined) expect(one).toEqual(before);
            else expectSilence(one, before.refused, run);
          }
        }
      }),
    );
  });

  function expectSilence(
    one: SettledLink | undefined,
    refused: readonly string[],
    run: readonly Pairing[],
  ) {
    const said = run.find(({ contactId }) => contactId === one?.contactId);
    const isNew = familiesOf(said?.evidence ?? []).some((family) => !refused.includes(family));
    expect(one?.state).toBe(isNew ? 'suggested' : 'rejected');
  }

  test('no account is active on two contacts of one CRM, and a second run over the same changes nothing (R07)', () => {
    fc.assert(
      fc.property(decided, fc.array(pairings, { maxLength: 6 }), (persons, runs) => {
        let links: readonly SettledLink[] = persons;
        for (const run of runs) {
          for (const step of settle(links, run, now)) {
            links = applied(links, [step]);
            const active = links.filter((one) => one.state === 'active').map((one) => one.crm);
            expect(new Set(active).size).toBe(active.length);
          }
          expect(settle(links, run, now)).toEqual([]);
        }
      }),
    );
  });

  test('a veto ends everything, also what a person decided (R06)', () => {
    fc.assert(
      fc.property(decided, pairings, (persons, run) => {
        const vetoed = new Set(['1', '2', '3', '4']);
        const links = applied(persons, settle(persons, run, { ...now, vetoed }));
        expect(links.filter((one) => ['active', 'suggested'].includes(one.state))).toEqual([]);
      }),
    );
  });
});
