import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor, waitForQuiet } from '../../sandbox/quiet.ts';
import { chaptersOf } from '../../sandbox/story/chapters.ts';
import { playStory } from '../../sandbox/story/player.ts';
import { startSandbox, type Sandbox } from '../../sandbox/world.ts';
import { expectedPairings, expectedTimelines, pairingsFound, writtenTimelines } from './truth.ts';

const MINUTES = 60_000;

let sandbox: Sandbox;
const logged: string[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ onLog: (line) => logged.push(line) });
}, 3 * MINUTES);
afterAll(() => sandbox.close(), MINUTES);

const portal = () => sandbox.company.hubspot.portal();
const idOf = (contact: string) => sandbox.company.contactIds.get(contact) ?? '';
/** Writes of our app into contact fields, not those of people. */
const ourWrites = () =>
  sandbox.company.hubspot.stats
    .writes({ objectType: 'contacts' })
    .filter(({ by }) => by.source === 'INTEGRATION');

async function playUntil(date: string, chapters: ReturnType<typeof chaptersOf>): Promise<void> {
  while (chapters[0] !== undefined && (chapters[0][0]?.at ?? '') < date) {
    await playStory(sandbox.company.networks, { steps: chapters.shift() ?? [] });
    await waitForQuiet(sandbox.admin, sandbox.workspace);
  }
}

describe('the recorded story, through the real SDKs', () => {
  const chapters: ReturnType<typeof chaptersOf> = [];
  beforeAll(() => {
    chapters.push(...chaptersOf(sandbox.company.story.steps));
  });

  test(
    'at its peak every provable activity stands in its contact’s timeline once, and nothing elsewhere',
    async () => {
      await playUntil('2026-11-20', chapters);
      expect(writtenTimelines(sandbox)).toEqual(expectedTimelines(sandbox, 'peak'));
    },
    3 * MINUTES,
  );

  test('at its peak every account is linked, proposed or left alone as the truth file says', async () => {
    const found = await pairingsFound(sandbox);
    const faults = expectedPairings(sandbox).flatMap((expected) => {
      const { account, linked, suggested, maySuggest } = expected;
      const outcome = found.get(account) ?? { linked: [], suggested: [] };
      const may = new Set([...suggested, ...maySuggest]);
      const isRight =
        outcome.linked.join() === linked.join() &&
        suggested.every((contact) => outcome.suggested.includes(contact)) &&
        outcome.suggested.every((contact) => may.has(contact));
      return isRight ? [] : [{ ...expected, outcome }];
    });
    expect(faults).toEqual([]);
  });

  test(
    'at its end nothing is left of deleted posts and of accounts that are gone (R30)',
    async () => {
      await playUntil('2027', chapters);
      expect(writtenTimelines(sandbox)).toEqual(expectedTimelines(sandbox, 'end'));
      expect(chapters).toEqual([]);
    },
    3 * MINUTES,
  );

  test('nobody who said no is paired, and every pairing shows its evidence (R08)', async () => {
    const links = await sandbox.admin.links(sandbox.workspace);
    const said = sandbox.company.story.contacts.filter(({ consentLink }) => consentLink === 'no');
    const no = new Set(said.map(({ id }) => idOf(id)));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      expect(no.has(String(link.externalId))).toBe(false);
      expect(link).toMatchObject({
        decidedBy: 'rules@2',
        rule: expect.any(String),
        basis: expect.any(String),
        decidedAt: expect.any(String),
        evidence: expect.arrayContaining([expect.objectContaining({ source: expect.any(String) })]),
      });
    }
  });

  test('hostile text has arrived as harmless text', () => {
    const bodies = portal()
      .notes()
      .map((note) => note.values.hs_note_body ?? '');
    expect(bodies.join('\n')).not.toMatch(
      /<script|onerror\s*=|javascript:|[\u202A-\u202E\u2066-\u2069\u200B]/i,
    );
  });

  test('no call was made beyond the rate that HubSpot grants', () => {
    expect(sandbox.company.hubspot.stats.report()).toMatchObject({ rateLimited: 0 });
  });

  test('nothing was parked, and the log names nobody', async () => {
    expect(await sandbox.admin.parked(sandbox.workspace)).toEqual([]);
    const log = logged.join('\n');
    for (const { emails, lastName } of sandbox.company.story.contacts) {
      for (const name of [...emails, lastName]) expect(log).not.toContain(name);
    }
  });
});

describe('the way back', () => {
  const OLIVER = 'C013';

  test(
    'a handle written on the CRM’s page brings that person’s earlier posts within 5 s',
    async () => {
      expect(portal().notesOf(idOf(OLIVER))).toEqual([]);
      const began = performance.now();
      const page = `${sandbox.company.hubspot.url}/_sandbox/portals/${portal().portalId}/edit`;
      const edited = await fetch(page, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          id: idOf(OLIVER),
          properties: { echofile_bluesky_handle: 'olibennett.test' },
        }),
      });
      expect(edited.status).toBeLessThan(300);
      await waitFor(
        'his posts',
        () => Promise.resolve(portal().notesOf(idOf(OLIVER)).length >= 3),
        5_000,
      );
      expect(performance.now() - began).toBeLessThan(5_000);
    },
    MINUTES,
  );

  test(
    'our own writes cause no further write (R94)',
    async () => {
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      const writes = ourWrites().length;
      const calls = writeCalls();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      expect(ourWrites()).toHaveLength(writes);
      expect(writeCalls()).toBe(calls);
      // The fields of one contact, each written once.
      const his = ourWrites().filter(({ id }) => id === idOf(OLIVER));
      expect(his.map(({ property }) => property).toSorted()).toEqual([
        'echofile_activities_90d',
        'echofile_last_activity_at',
        'echofile_multiplier',
        'echofile_multiplier_at',
        'echofile_multiplier_band',
        'echofile_multiplier_coverage',
        'echofile_multiplier_reasons',
        'echofile_multiplier_version',
      ]);
    },
    2 * MINUTES,
  );

  test(
    'taking the handle out takes the posts out',
    async () => {
      portal().edit(idOf(OLIVER), { echofile_bluesky_handle: '' });
      await waitFor(
        'his timeline to be empty',
        () => Promise.resolve(portal().notesOf(idOf(OLIVER)).length === 0),
        10_000,
      );
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      expect(portal().contact(idOf(OLIVER))?.values.echofile_activities_90d ?? '').toBe('');
    },
    MINUTES,
  );

  test(
    'a privacy deletion leaves nothing of the person behind (R32, R33)',
    async () => {
      const hannah = idOf('C001');
      expect(portal().notesOf(hannah).length).toBeGreaterThan(0);
      portal().privacyDelete(hannah);
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      sandbox.company.networks.bluesky.controls.post(
        'hannah-mueller.test',
        '@nordlichtmobil.test noch einmal ich',
      );
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      const links = await sandbox.admin.links(sandbox.workspace);
      expect(links.filter((link) => link.handle === 'hannah-mueller.test')).toEqual([]);
      const bodies = portal()
        .notes()
        .map((note) => note.values.hs_note_body ?? '');
      expect(bodies.filter((body) => body.includes('hannah-mueller'))).toEqual([]);
    },
    2 * MINUTES,
  );
});

/** Calls that change something in HubSpot. */
function writeCalls(): number {
  const { calls } = sandbox.company.hubspot.stats.report();
  return Object.entries(calls)
    .filter(([call]) => /batch\/(update|upsert|archive|associate)/.test(call))
    .reduce((sum, [, byStatus]) => sum + Object.values(byStatus).reduce((a, b) => a + b, 0), 0);
}
