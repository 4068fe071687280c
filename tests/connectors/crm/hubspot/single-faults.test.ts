import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import nock from 'nock';
import { hubspot } from '../../../../connectors/crm/hubspot/index.ts';
import { testPorts } from '../ports.ts';

// One fault at a time, at HubSpot's real address: what no emulator is asked to play.
const API = 'https://api.hubapi.com';

beforeAll(() => {
  nock.disableNetConnect();
});
afterEach(() => {
  nock.cleanAll();
});
afterAll(() => {
  nock.restore();
});

const connector = () =>
  hubspot.create({
    app: hubspot.app.parse({ appId: '1', clientId: 'id', clientSecret: 'secret' }),
    settings: hubspot.settings.parse({ portalId: '2' }),
    ports: testPorts({
      accessToken: 'token-of-the-test',
      refreshToken: 'refresh-of-the-test',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  });

test.each([
  [477, { 'retry-after': '120' }, { code: 'RATE_LIMITED', retryAfterMs: 120_000 }],
  [423, {}, { code: 'RATE_LIMITED', retryAfterMs: 2_000 }],
  [521, {}, { code: 'UNAVAILABLE' }],
  [524, {}, { code: 'UNAVAILABLE' }],
])('an answer of %i is one of our failures', async (status, headers, failure) => {
  nock(API).get('/account-info/2026-09/details').reply(status, '', headers);
  await expect(connector().check()).rejects.toMatchObject({ failure });
});

test('a daily limit waits for midnight in the portal’s zone, not for ten seconds', async () => {
  nock(API)
    .get('/account-info/2026-09/details')
    .reply(429, { status: 'error', errorType: 'RATE_LIMIT', policyName: 'DAILY' });
  await expect(connector().check()).rejects.toMatchObject({
    failure: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
  });
  nock(API)
    .get('/account-info/2026-09/details')
    .reply(429, { status: 'error', errorType: 'RATE_LIMIT', policyName: 'DAILY' });
  const failure: unknown = await connector()
    .check()
    .catch((error: unknown) => error);
  expect(JSON.stringify(failure)).not.toMatch(/of-the-test/);
  expect((failure as { failure: { retryAfterMs: number } }).failure.retryAfterMs).toBeGreaterThan(
    10_000,
  );
});

test('a connection that breaks off leaves the outcome unknown', async () => {
  nock(API)
    .post('/crm/objects/2026-09/contacts/batch/update')
    .replyWithError(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
  await expect(
    connector().updateContacts([{ contactId: '101', fields: { city: 'Köln' } }]),
  ).rejects.toMatchObject({ failure: { code: 'UNAVAILABLE' } });
});
