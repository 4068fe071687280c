import { afterEach } from '@jest/globals';
import type { ProfileCounters } from '../../src/domain/social.ts';
import { explainScore } from '../../src/services/explainScore.ts';
import { askForRescore } from '../../src/services/rescore.ts';
import { testApp } from '../fixtures/app.ts';
import { madeForEach } from '../fixtures/lifetime.ts';
import { ADA, fieldsOf, sql } from './scene.ts';

const DAY_MS = 86_400_000;

/** The service anew for each test, at a time that the test moves, with somebody who has a score. */
export function scoredWorld() {
  let now = new Date();
  const world = madeForEach(() => {
    now = new Date();
    return testApp({ now: () => now });
  });
  afterEach(() => world.close());

  function shows(counters: Omit<ProfileCounters, 'observedAt'>, more = {}): void {
    const profile = { handle: 'ada.example', counters: { ...counters, observedAt: now }, ...more };
    world.network.join('did:ada', profile);
  }

  return {
    world,
    now: () => now,
    later: (days: number) => {
      now = new Date(now.getTime() + days * DAY_MS);
    },
    /** What the network shows of Ada's account from now on. */
    shows,

    /** Ada, a journalist by her CRM record, with many followers; paired by her handle. */
    scoredAda: async (fields: Readonly<Record<string, string>> = {}): Promise<string> => {
      const contact = world.crm.seed({ ...ADA, public_role: 'journalist', ...fields });
      await world.announce();
      shows({ followers: 12_400, following: 300, posts: 900 });
      world.network.post({ author: 'did:ada', text: 'no signal', publishedAt: now });
      await world.round();
      return contact;
    },

    rescoreAll: async (): Promise<void> => {
      await askForRescore(world.app, world.workspace);
      await world.settle();
    },

    scoreFields: (contact: string): Readonly<Record<string, string>> => {
      const ours = Object.entries(fieldsOf(world, contact));
      return Object.fromEntries(
        ours.filter(([name, value]) => name.startsWith('multiplier') && value !== ''),
      );
    },

    stored: async (): Promise<number> => (await sql(world, 'select from scores')).length,

    explained: async (contact: string, language: 'de' | 'en' = 'en') => {
      const asked = { contact, connection: undefined };
      const answer = await explainScore(world.app, world.workspace, asked, language);
      if (typeof answer === 'string') throw new Error(answer);
      return answer;
    },
  };
}
