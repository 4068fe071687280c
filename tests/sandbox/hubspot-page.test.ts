import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HubSpotEmulator, startHubSpot } from '../../sandbox/hubspot/index.ts';
import { sanitise } from '../../sandbox/hubspot/page/sanitise.ts';
import { renderTemplate } from '../../sandbox/hubspot/page/template.ts';

let hubspot: HubSpotEmulator;

beforeEach(async () => {
  hubspot = await startHubSpot();
});

afterEach(async () => {
  await hubspot.close();
});

describe('rich text', () => {
  test.each([
    ['<p>One <b>two</b></p>', '<p>One <b>two</b></p>'],
    ['<script>alert(1)</script>text', 'text'],
    ['<img src=x onerror=alert(1)>text', 'text'],
    ['<a href="javascript:alert(1)">link</a>', '<a>link</a>'],
    ['<p onclick="alert(1)" style="position:fixed">x</p>', '<p>x</p>'],
    ['<svg><a href="https://a.example">x</a></svg>after', 'after'],
    ['1 < 2 & 3', '1 &lt; 2 &amp; 3'],
    ['<b>open', '<b>open</b>'],
  ])('%s is shown as %s', (given, shown) => {
    expect(sanitise(given)).toBe(shown);
  });

  test("a value in an event's template stays text", () => {
    const html = renderTemplate('**{{who}}** said {{what}}', {
      who: 'Anna',
      what: '<b>[x](javascript:y)</b>',
    });
    expect(html).toBe('<strong>Anna</strong> said &lt;b&gt;[x](javascript:y)&lt;/b&gt;');
  });
});

test('the record page is served under a policy without inline scripts, in the language asked for', async () => {
  const [id = ''] = hubspot.portal().seedContacts([{ firstname: '</script><b>' }]);
  const path = `${hubspot.url}/contacts/${hubspot.portal().portalId}/record/0-1/${id}`;
  const german = await fetch(`${path}?lang=de`);
  expect(german.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await german.text()).toContain('Über diesen Kontakt');
  const english = await fetch(path, { headers: { 'accept-language': 'en-GB,de;q=0.5' } });
  expect(await english.text()).toContain('About this contact');
  const data = (await (await fetch(`${path}/data`)).json()) as { state: string; name: string };
  expect(data).toMatchObject({ state: 'live', name: '</script><b>' });
});

test('the page of a person who was deleted for privacy shows nothing', async () => {
  const [id = ''] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
  hubspot.portal().privacyDelete(id);
  const path = `/contacts/${hubspot.portal().portalId}/record/0-1/${id}/data`;
  expect(await (await fetch(hubspot.url + path)).json()).toEqual({ state: 'gone' });
});
