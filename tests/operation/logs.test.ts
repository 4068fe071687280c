import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CREDENTIALS } from '../../sandbox/company.ts';
import { waitForQuiet } from '../../sandbox/quiet.ts';
import { ADMIN_TOKEN } from '../../sandbox/service.ts';
import { playStory } from '../../sandbox/story/player.ts';
import { startSandbox, type Sandbox } from '../../sandbox/world.ts';
import { until } from '../fixtures/until.ts';

const MINUTES = 60_000;
const OWN_WORDS = /^(true|false|echofile|hubspot|bluesky|customer|yes|no)$/i;

let sandbox: Sandbox;
const log: string[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({
    environment: { LOG_LEVEL: 'debug' },
    onLog: (line) => log.push(line),
  });
}, 3 * MINUTES);
afterAll(() => sandbox.close(), MINUTES);

/** Names, addresses, handles and whatever else people are known by in the CRM. */
function personalValues(): string[] {
  const values = sandbox.company.hubspot
    .portal()
    .contacts()
    .flatMap(({ values: fields }) =>
      Object.entries(fields)
        .filter(([name]) => !/^(hs_|echofile_|createdate|lastmodified|lifecycle)/.test(name))
        .map(([, value]) => value),
    );
  return values.filter(
    (value) => value.length >= 4 && /\p{L}/u.test(value) && !OWN_WORDS.test(value),
  );
}

/** The middle of each post, as it stands in the CRM, without the markup around it. */
function postTexts(): string[] {
  return sandbox.company.hubspot
    .portal()
    .notes()
    .flatMap(({ values }) => (values.hs_note_body ?? '').split(/<[^>]*>/))
    .map((text) => text.trim().slice(0, 40))
    .filter((text) => text.length >= 25);
}

test(
  'installation, webhooks, faults, posts and an uninstall leave neither a person nor a token in the log',
  async () => {
    const { hubspot, networks, story } = sandbox.company;
    const portal = hubspot.portal();
    await playStory(networks, { steps: story.steps.slice(0, 40) });
    hubspot.faults.add({ kind: 'status', status: 500, path: '/crm/', times: 3 });
    hubspot.faults.add({ kind: 'truncated-json', path: '/crm/', times: 2 });
    hubspot.faults.add({ kind: 'html', status: 502, path: '/crm/', times: 2 });
    hubspot.faults.add({ kind: 'status', status: 429, path: '/crm/', times: 2 });
    const canary = portal.createContact({
      firstname: 'Zerlinda',
      lastname: 'Quambusch',
      email: 'zerlinda.quambusch@canary.example',
    });
    portal.edit(canary.id, { email: 'zq@canary.example' });
    portal.edit(portal.contacts()[0]?.id ?? '', { website: 'https://canary.example/zerlinda' });
    await hubspot.webhooks.idle();
    await waitForQuiet(sandbox.admin, sandbox.workspace);
    const [people, texts] = [personalValues(), postTexts()];
    portal.uninstall();
    portal.edit(canary.id, { lastname: 'Quambusch-Weg' });
    await until(() => log.some((line) => line.includes('connection_revoked')));
    await waitForQuiet(sandbox.admin, sandbox.workspace);

    // The faults were met, told, and there was something to leak.
    const all = log.join('\n');
    expect(all).toContain('job_failed');
    expect(all).toContain('connection_revoked');
    expect(people.length).toBeGreaterThan(60);
    expect(texts.length).toBeGreaterThan(3);

    const told = log.map((line) => line.toLowerCase());
    const leaked = (value: string) => told.some((line) => holds(line, value.toLowerCase()));
    expect(people.filter(leaked)).toEqual([]);
    expect(texts.filter(leaked)).toEqual([]);
    const { clientSecret } = hubspot.app;
    const secrets = [ADMIN_TOKEN, clientSecret, CREDENTIALS.bluesky.password, 'Nordlicht'];
    expect(secrets.filter(leaked)).toEqual([]);
    // HubSpot's refresh and access tokens, JSON Web Tokens, and sealed blobs as bytes or base64.
    expect(all).not.toMatch(/na1-[0-9a-f]{8}|\bC[0-9a-f]{60}|eyJ[\w-]{10}|[A-Za-z0-9+/]{80}/);
    expect(all).not.toMatch(/[\w.]+@[\w-]+\.\w+|did:plc:|Bearer /);
  },
  4 * MINUTES,
);

/** As a word of its own: a name may be part of one of our words. */
function holds(line: string, value: string): boolean {
  const at = line.indexOf(value);
  if (at < 0) return false;
  const around = `${line[at - 1] ?? ' '}${line[at + value.length] ?? ' '}`;
  return !/[\p{L}\p{N}]/u.test(around);
}
