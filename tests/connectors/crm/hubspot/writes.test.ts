import { afterEach, describe, expect, test } from '@jest/globals';
import { hubspot } from '../../../../connectors/crm/hubspot/index.ts';
import type { Secrets, Settings } from '../../../../connectors/crm/hubspot/settings.ts';
import type { CrmConnector } from '../../../../src/contract/crm.ts';
import { provisionPlan } from '../../../../src/contract/manifest.ts';
import { entryFor } from '../../../conformance/crm.ts';
import { testPorts } from '../ports.ts';
import {
  scriptedVendor,
  type Answer,
  type Asked,
  type ScriptedVendor,
} from '../scripted-vendor.ts';
import { installedPortal, type InstalledPortal } from './portal.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Input {
  readonly id: string;
  readonly objectWriteTraceId: string;
  readonly properties: Readonly<Record<string, string>>;
}

async function scripted(
  script: (inputs: readonly Input[], asked: Asked) => Answer,
  settings: Partial<Settings> = {},
): Promise<{ vendor: ScriptedVendor; connector: CrmConnector }> {
  const vendor = await scriptedVendor((asked) => {
    const { inputs } = JSON.parse(asked.text) as { inputs: Input[] };
    return script(inputs, asked);
  });
  closing.push(vendor.stop);
  const connector = hubspot.create({
    app: {
      appId: '1',
      clientId: 'id',
      clientSecret: 'secret',
      apiBaseUrl: vendor.url,
      authorizeUrl: 'http://localhost/authorize',
      timeoutMs: 5_000,
    },
    settings: { portalId: '1', entries: 'notes', ...settings },
    ports: testPorts<Secrets>({
      accessToken: 'first',
      refreshToken: 'refresh',
      expiresAt: '2999-01-01T00:00:00.000Z',
    }),
  });
  return { vendor, connector };
}

async function installed(...options: Parameters<typeof installedPortal>): Promise<InstalledPortal> {
  const made = await installedPortal(...options);
  closing.push(() => made.emulator.close());
  await made.connector.provision(provisionPlan('en'));
  return made;
}

const ids = Array.from({ length: 100 }, (_, n) => String(n + 1));
const changes = ids.map((contactId) => ({ contactId, fields: { firstname: 'New' } }));
const done = (input: Input): object => ({ ...input, properties: {} });

describe('a bulk update', () => {
  test('refused as a whole is halved until the bad record stands alone', async () => {
    const { vendor, connector } = await scripted((inputs) =>
      inputs.some((i) => i.id === '42')
        ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR' } }
        : { body: { status: 'COMPLETE', results: inputs.map(done) } },
    );
    const results = await connector.updateContacts(changes);
    expect(results).toHaveLength(100);
    expect(results.filter((r) => r.outcome !== 'written').map((r) => r.id)).toEqual(['42']);
    expect(vendor.asked.length).toBeLessThanOrEqual(15);
  });

  test('answered out of order is read by trace id, never by place', async () => {
    const { connector } = await scripted((inputs) => ({
      status: 207,
      body: {
        status: 'COMPLETE',
        results: inputs
          .filter((i) => i.id !== '7' && i.id !== '9')
          .map(done)
          .reverse(),
        errors: [
          { category: 'OBJECT_NOT_FOUND', context: { objectWriteTraceId: ['9'] } },
          { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['7'] } },
        ],
      },
    }));
    const results = new Map((await connector.updateContacts(changes)).map((r) => [r.id, r]));
    expect(results.get('7')?.outcome).toBe('refused');
    expect(results.get('9')?.outcome).toBe('gone');
    expect([...results.values()].filter((r) => r.outcome === 'written')).toHaveLength(98);
    expect(results.get('8')).toEqual({ id: '8', outcome: 'written', remoteId: '8' });
  });

  test('that answers an error without a name asks again for what is open', async () => {
    const { connector } = await scripted((inputs) => {
      const bad = inputs.some((i) => i.id === '5');
      return {
        status: bad ? 207 : 200,
        body: {
          results: inputs.filter((i) => i.id !== '5').map(done),
          errors: bad ? [{ category: 'VALIDATION_ERROR' }] : [],
        },
      };
    });
    const results = await connector.updateContacts(changes);
    expect(results.filter((r) => r.outcome === 'refused').map((r) => r.id)).toEqual(['5']);
    expect(results).toHaveLength(100);
  });

  test('of a merged contact is written under the survivor', async () => {
    const { connector } = await scripted((inputs) => ({
      body: {
        results: inputs.map((i) => ({
          ...done(i),
          id: i.id === '3' ? '300' : i.id,
          objectWriteTraceId: undefined,
        })),
      },
    }));
    const results = await connector.updateContacts(changes.slice(0, 5));
    expect(results.find((r) => r.id === '3')).toEqual({
      id: '3',
      outcome: 'written',
      remoteId: '300',
    });
  });

  test('names a contact once, with the later values', async () => {
    const { vendor, connector } = await scripted((inputs) => ({
      body: { results: inputs.map(done) },
    }));
    await connector.updateContacts([
      { contactId: '1', fields: { firstname: 'A', lastname: 'B' } },
      { contactId: '1', fields: { firstname: 'C' } },
    ]);
    const { inputs } = JSON.parse(vendor.asked[0]?.text ?? '') as { inputs: Input[] };
    expect(inputs).toMatchObject([{ id: '1', properties: { firstname: 'C', lastname: 'B' } }]);
  });

  test('to an address that no longer exists alarms and loses nothing', async () => {
    const { connector } = await scripted(() => ({ status: 404, body: {} }));
    await expect(connector.updateContacts(changes.slice(0, 1))).rejects.toMatchObject({
      failure: { code: 'UNEXPECTED_SHAPE' },
    });
  });

  test('blocked by a rule of the portal says which field it wants', async () => {
    const { portal, connector } = await installed();
    const id = portal.createContact({ firstname: 'Ada' }).id;
    const fields = { echofile_link_consent: 'perhaps' };
    expect(await connector.updateContacts([{ contactId: id, fields }])).toMatchObject([
      { id, outcome: 'refused', fields: ['echofile_link_consent'] },
    ]);
  });
});

describe('notes', () => {
  test('a batch with a contact that is gone leaves no note behind', async () => {
    const { portal, connector } = await installed();
    const [living, removed] = portal.seedContacts([{ firstname: 'A' }, { firstname: 'B' }]);
    portal.delete(removed ?? '');
    await connector.putEntries([entryFor(living ?? ''), entryFor(removed ?? '')]);
    expect(portal.notes()).toHaveLength(1);
  });

  test('a hundred entries cost two calls', async () => {
    const { portal, connector, ports } = await installed();
    const contacts = portal.seedContacts(ids.map((firstname) => ({ firstname })));
    ports.paced.length = 0;
    const results = await connector.putEntries(contacts.map((id) => entryFor(id)));
    expect(results.filter((r) => r.outcome === 'written')).toHaveLength(100);
    expect(ports.paced).toEqual(['standard', 'standard']);
  });

  test('a note follows its contact through a merge and can still be replaced', async () => {
    const { portal, connector } = await installed();
    const [winner = '', loser = ''] = portal.seedContacts([{ firstname: 'A' }, { firstname: 'B' }]);
    const [first] = await connector.putEntries([entryFor(loser)]);
    const survivor = portal.merge(winner, loser).id;
    expect(portal.notesOf(survivor)).toHaveLength(1);
    const [again] = await connector.putEntries([{ ...entryFor(loser), contactId: survivor }]);
    expect(again).toEqual(first);
    expect(portal.notesOf(survivor)).toHaveLength(1);
  });
});

describe('app events', () => {
  const settings = { entries: 'app_events', appEventType: 'post' } as const;

  test('a whole batch goes out in one call', async () => {
    const { vendor, connector } = await scripted(
      () => ({ status: 201, body: { status: 'COMPLETE', results: [] } }),
      settings,
    );
    const results = await connector.putEntries(ids.map((id) => entryFor(id)));
    expect(results.every((r) => r.outcome === 'written')).toBe(true);
    expect(vendor.asked.map((a) => a.path)).toEqual(['/integrators/timeline/2026-03/events/batch']);
    const { inputs } = JSON.parse(vendor.asked[0]?.text ?? '') as { inputs: unknown[] };
    expect(inputs[0]).toMatchObject({ eventTypeName: 'post', id: 'law-1-entry', objectId: '1' });
  });

  test('one delivered before stops none of the others, and counts as delivered', async () => {
    const known = 'law-42-entry';
    const { connector } = await scripted(
      (inputs) =>
        inputs.some((i) => i.id === known) ? { status: 409, body: {} } : { status: 201 },
      settings,
    );
    const results = await connector.putEntries(ids.map((id) => entryFor(id)));
    expect(results).toHaveLength(100);
    expect(results.every((r) => r.outcome === 'written')).toBe(true);
  });

  test('a change or a removal is refused with the reason', async () => {
    const { connector } = await scripted(() => ({ status: 409, body: {} }), settings);
    const refused = {
      outcome: 'refused',
      reason: expect.stringMatching(/neither changed nor removed/),
    };
    expect(await connector.putEntries([{ ...entryFor('1'), edited: true }])).toMatchObject([
      refused,
    ]);
    expect(await connector.removeEntries(['law-1-entry'])).toMatchObject([refused]);
  });

  test('reach the timeline of the emulator once', async () => {
    const eventType = {
      uid: 'social_post_contact',
      objectType: 'CONTACT' as const,
      headerTemplate: '{{kind}} on {{network}}',
      detailTemplate: '{{text}}',
    };
    const made = await installed({ app: { eventTypes: [eventType] } });
    const reply = await fetch(`${made.emulator.url}/integrators/timeline/2026-03/types/projects`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${made.ports.stored().accessToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ projectName: 'echofile', developerSymbol: eventType.uid }),
    });
    const { fullyQualifiedName } = (await reply.json()) as { fullyQualifiedName: string };
    const connector = hubspot.create({
      app: made.app,
      settings: { portalId: '1', entries: 'app_events', appEventType: fullyQualifiedName },
      ports: made.ports,
    });
    const [contactId = ''] = made.portal.seedContacts([{ firstname: 'A' }]);
    expect(await connector.putEntries([entryFor(contactId)])).toMatchObject([
      { outcome: 'written' },
    ]);
    expect(await connector.putEntries([entryFor(contactId)])).toMatchObject([
      { outcome: 'written' },
    ]);
    expect(made.portal.timelineOf(contactId)).toHaveLength(1);
  });
});

describe('provisioning', () => {
  test('adds our options to a choice the portal already has, and keeps its own', async () => {
    const { portal, connector } = await installed();
    const plan = provisionPlan('de');
    const options = [{ value: 'maybe', label: 'Vielleicht' }];
    const fields = plan.fields.map((f) => (f.type === 'choice' ? { ...f, options } : f));
    const steps = await connector.provision({ ...plan, fields });
    expect(steps.every((s) => s.outcome === 'adopted')).toBe(true);
    const consent = portal.properties().find((p) => p.name === 'echofile_link_consent');
    expect(consent?.options.map((o) => o.value)).toEqual(['yes', 'no', 'maybe']);
    expect(consent?.label).toBe('Consent to linking');
  });

  test('takes an archived field back', async () => {
    const { portal, connector } = await installed();
    portal.archiveProperty('echofile_blog_author');
    const steps = await connector.provision(provisionPlan('en'));
    expect(steps.find((s) => s.name === 'echofile_blog_author')?.outcome).toBe('created');
    expect(portal.properties().map((p) => p.name)).toContain('echofile_blog_author');
  });
});

describe('a merged contact', () => {
  test.each([
    ['leads to the survivor', { mergedIds: 'redirect' }, false, 'merged'],
    ['leads to a new record', { mergedIds: 'redirect', mergeCreatesNewId: true }, false, 'merged'],
    ['is known from its survivor read beside it', { mergedIds: 'notFound' }, true, 'merged'],
    ['is absent where HubSpot says nothing of it', { mergedIds: 'notFound' }, false, 'absent'],
  ] as const)('%s', async (_, switches, withSurvivor, state) => {
    const { portal, connector } = await installed({ portals: [{ portalId: 5, switches }] });
    const [winner = '', loser = ''] = portal.seedContacts([{ firstname: 'A' }, { firstname: 'B' }]);
    const survivor = portal.merge(winner, loser).id;
    const asked = withSurvivor ? [loser, survivor] : [loser];
    const [told] = await connector.readContacts(['firstname'], asked);
    expect(told).toMatchObject({ id: loser, state });
    if (told?.state === 'merged') expect(told.contact.id).toBe(survivor);
  });
});
