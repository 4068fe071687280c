import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Scene, openScene } from './salesforce-org.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(async () => {
  await scene.salesforce.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(scene.salesforce.url + path, { headers });

test('the record page is served under a policy without inline scripts, in the language asked for', async () => {
  const [id = ''] = scene.org.seed('Contact', [{ LastName: '</script><b>', Title: '<img src=x>' }]);
  const german = await get(`/lightning/r/Contact/${id}/view?lang=de`);
  expect(german.headers.get('content-security-policy')).toContain("script-src 'self'");
  const page = await german.text();
  expect(page).toContain('Zugehörig');
  expect(page).not.toContain('<b>');
  const english = await get(`/lightning/r/Contact/${id}/view`, {
    'accept-language': 'en-GB,de;q=0.5',
  });
  expect(await english.text()).toContain('Related');
  const short = await get(`/${id.slice(0, 15)}`);
  expect(short.url).toMatch(new RegExp(`/lightning/r/Contact/${id}/view$`));
});

test('the page shows fields, related records of custom objects and tasks, and where a record went', async () => {
  const [id = '', other = ''] = scene.org.seed('Contact', [{ LastName: 'A' }, { LastName: 'B' }]);
  scene.org.seed('Social_Activity__c', [
    { External_Key__c: 'x:1', Contact__c: id, Body__c: 'Hallo' },
  ]);
  scene.org.seed('Task', [{ Subject: 'Call back', WhoId: id }]);
  const data = async (one: string) =>
    (await (await get(`/lightning/r/Contact/${one}/data?lang=de`)).json()) as Record<
      string,
      unknown
    >;
  expect(await data(id)).toMatchObject({
    state: 'live',
    activity: [{ title: 'Call back' }],
    related: expect.arrayContaining([
      expect.objectContaining({ object: 'Social_Activity__c', count: 1 }),
    ]) as unknown,
  });
  scene.org.merge({ type: 'Contact', masterId: other, losers: [id] });
  expect(await data(id)).toMatchObject({ state: 'binned', masterId: other });
  scene.org.emptyBin();
  expect(await data(id)).toEqual({ state: 'gone' });
});

test('the control API takes orders from this machine and its own page only', async () => {
  const order = (headers: Record<string, string>) =>
    fetch(`${scene.salesforce.url}/_sandbox/orgs/${scene.org.id}/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ type: 'Contact', values: { LastName: 'A' } }),
    });
  expect((await order({ origin: 'http://evil.example' })).status).toBe(403);
  expect((await order({})).status).toBe(200);
  const writes = await (await get('/_sandbox/writes?type=Contact&field=LastName')).json();
  expect(writes).toMatchObject([{ value: 'A', by: 'admin@sample.example', via: 'ui' }]);
});
