import { describe, expect, test } from '@jest/globals';
import { announce, MemoryAccount, memoryCrm, sign } from '../../../connectors/crm/memory/index.ts';
import { conformsToCrm, entryFor, type CrmFixture } from '../../conformance/crm.ts';
import { testPorts } from './ports.ts';

const ACCOUNT = 'acme';
const app = { signingSecret: 'a-secret-of-memory' };
const URL = 'https://echofile.example/webhooks/memory';

/** A clock that never stands still, so that "later" is later. */
function ticking(): { now: () => Date } {
  let at = Date.parse('2026-11-01T00:00:00Z');
  return { now: () => new Date((at += 10)) };
}

function start(): CrmFixture {
  const account = new MemoryAccount(ACCOUNT, ticking());
  account.forbid('email', 'refused@example.com');
  const definition = memoryCrm(new Map([[ACCOUNT, account]]));
  const events = [
    {
      key: 'e1',
      kind: 'created' as const,
      contactId: '101',
      occurredAt: new Date('2026-11-01T00:00:00Z'),
      mergedIds: [],
      change: undefined,
    },
  ];
  const body = Buffer.concat([Buffer.from(' \n'), announce(ACCOUNT, events), Buffer.from('\t ')]);
  return {
    accountId: ACCOUNT,
    connector: definition.create({
      app,
      settings: { accountId: ACCOUNT },
      ports: testPorts({}),
    }),
    vendor: {
      seed: (fields) => Promise.resolve(account.seed(fields)),
      edit(id, fields) {
        account.edit(id, fields);
        return Promise.resolve();
      },
      merge(survivor, loser) {
        account.merge(survivor, loser);
        return Promise.resolve(survivor);
      },
      remove(id) {
        account.delete(id);
        return Promise.resolve();
      },
      entriesOf: (id) => Promise.resolve(account.entriesOf(id).map((e) => e.text)),
      refused: { field: 'email', value: 'refused@example.com' },
      settled: () => Promise.resolve(),
    },
    secrets: [app.signingSecret],
    ...(definition.webhook === undefined ? {} : { webhook: definition.webhook(app) }),
    announce: {
      body,
      redelivered: announce(ACCOUNT, events),
      sign: (bytes, at) => sign(app.signingSecret, { method: 'POST', url: URL, body: bytes }, at),
    },
    stop: () => Promise.resolve(),
  };
}

describe('the CRM in memory', () => {
  conformsToCrm({
    capabilities: memoryCrm(new Map()).capabilities,
    hasWire: false,
    fields: { given: 'firstname', family: 'lastname', email: 'email' },
    start: () => Promise.resolve(start()),
  });

  test('announces what people do there, once', () => {
    const account = new MemoryAccount(ACCOUNT, ticking());
    const [winner, loser] = [account.seed({ firstname: 'Ada' }), account.seed({ lastname: 'L' })];
    account.edit(winner, { firstname: 'Augusta' });
    account.merge(winner, loser);
    account.delete(winner, 'erased');
    expect(account.takeEvents().map((e) => e.kind)).toEqual([
      'created',
      'created',
      'changed',
      'merged',
      'erased',
    ]);
    expect(account.takeEvents()).toEqual([]);
  });

  test('a merge carries the entries over to the survivor', async () => {
    const account = new MemoryAccount(ACCOUNT, ticking());
    const [winner, loser] = [account.seed({ firstname: 'Ada' }), account.seed({ lastname: 'L' })];
    const crm = memoryCrm(new Map([[ACCOUNT, account]])).create({
      app,
      settings: { accountId: ACCOUNT },
      ports: testPorts({}),
    });
    await crm.putEntries([entryFor(loser)]);
    account.merge(winner, loser);
    expect(account.entriesOf(winner)).toHaveLength(1);
    expect(account.contacts.get(winner)?.fields).toEqual({ firstname: 'Ada', lastname: 'L' });
  });
});
