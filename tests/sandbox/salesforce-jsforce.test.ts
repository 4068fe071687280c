import { afterEach, beforeEach, expect, test } from '@jest/globals';
import jsforce from 'jsforce';
import { BACK, type Scene, approve, openScene, pkce } from './salesforce-org.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene({ settings: { pageSize: 200 } });
});

afterEach(async () => {
  await scene.salesforce.close();
});

/** A connection as a careful service opens one: its own refresh, which keeps the rotated token. */
async function connect() {
  const { salesforce, token } = scene;
  const { verifier, challenge } = pkce();
  const integration = scene.org.user('integration@sample.example');
  const back = await approve(salesforce, {
    code_challenge: challenge,
    code_challenge_method: 'S256',
    user: `${scene.org.id}/${integration.id}`,
  });
  const granted = await token({
    grant_type: 'authorization_code',
    code: back.get('code') ?? '',
    redirect_uri: BACK,
    code_verifier: verifier,
  });
  let refreshToken = String(granted.body.refresh_token);
  let refreshes = 0;
  const connection = new jsforce.Connection({
    instanceUrl: String(granted.body.instance_url),
    accessToken: String(granted.body.access_token),
    version: '68.0',
    refreshFn: (_, done) => {
      refreshes += 1;
      void token({ grant_type: 'refresh_token', refresh_token: refreshToken }).then(({ body }) => {
        refreshToken = String(body.refresh_token);
        done(null, String(body.access_token));
      });
    },
  });
  return { connection, refreshes: () => refreshes };
}

test('jsforce refreshes, and refreshes again, with the rotated token', async () => {
  const { connection, refreshes } = await connect();
  for (const round of [1, 2]) {
    scene.org.expireSessions();
    const { totalSize } = await connection.query('SELECT Id FROM Contact');
    expect([totalSize, refreshes()]).toEqual([0, round]);
  }
  expect(connection.limitInfo.apiUsage?.limit).toBe(100_000);
});

test("jsforce's own refresh sends the old token the second time, and loses the grant", async () => {
  const { accessToken, refreshToken } = scene.org.authorise('integration@sample.example');
  const { consumerKey, consumerSecret } = scene.salesforce.app;
  const connection = new jsforce.Connection({
    instanceUrl: scene.salesforce.url,
    accessToken,
    refreshToken,
    version: '68.0',
    oauth2: {
      loginUrl: scene.salesforce.url,
      clientId: consumerKey,
      clientSecret: consumerSecret,
      redirectUri: BACK,
    },
  });
  scene.org.expireSessions();
  await connection.query('SELECT Id FROM Contact');
  scene.org.expireSessions();
  await expect(connection.query('SELECT Id FROM Contact')).rejects.toThrow(
    /expired access\/refresh token/,
  );
});

test('jsforce pages through a query, writes a collection and reads it in bulk', async () => {
  scene.org.seed(
    'Contact',
    Array.from({ length: 450 }, (_, n) => ({ LastName: `C${String(n).padStart(3, '0')}` })),
  );
  const { connection } = await connect();
  const all = await connection
    .query<{ Id: string; LastName: string }>('SELECT Id, LastName FROM Contact ORDER BY LastName')
    .execute({ autoFetch: true, maxFetch: 1_000 });
  expect([all.records.length, all.records.at(-1)?.LastName]).toEqual([450, 'C449']);

  const activities = connection.sobject('Social_Activity__c');
  const results = await activities.upsert(
    [
      { External_Key__c: 'x:1', Contact__c: all.records[0]?.Id, Body__c: 'Grüße, "Welt"' },
      { External_Key__c: 'x:2', Kind__c: 'rant' },
    ],
    'External_Key__c',
  );
  expect(results.map(({ success }) => success)).toEqual([true, false]);
  expect(results[1]?.errors[0]).toMatchObject({
    statusCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  });
  const described = await connection.describe('Social_Activity__c');
  expect(described.fields.find(({ name }) => name === 'External_Key__c')?.externalId).toBe(true);

  connection.bulk2.pollInterval = 20;
  const stream = await connection.bulk2.query(
    'SELECT Contact__r.LastName, Body__c FROM Social_Activity__c',
  );
  expect(await stream.toArray()).toEqual([
    { 'Contact__r.LastName': 'C000', Body__c: 'Grüße, "Welt"' },
  ]);
});

test('jsforce knows who it is', async () => {
  const { connection } = await connect();
  const { accessToken } = connection;
  const who = new jsforce.Connection({
    instanceUrl: scene.salesforce.url,
    loginUrl: scene.salesforce.url,
    version: '68.0',
    ...(accessToken !== null && accessToken !== undefined && { accessToken }),
  });
  const { user_id: userId } = await who.request<{ user_id: string }>('/services/oauth2/userinfo');
  expect(userId).toBe(scene.org.user('integration@sample.example').id);
});
