import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { waitFor } from '../../sandbox/quiet.ts';
import { type SalesforceEmulator, startSalesforce } from '../../sandbox/salesforce/index.ts';
import { keepScreenshot, openBrowser, openPage } from './browser.ts';

const BERLIN = { locale: 'de-DE', timezoneId: 'Europe/Berlin' } as const;
const LONDON = { locale: 'en-GB', timezoneId: 'Europe/London' } as const;
const HOSTILE = '<img src=x onerror=alert(1)> <script>alert(2)</script> {{ contact.email }}';

let salesforce: SalesforceEmulator;
let browser: Browser;
let recordUrl: string;
let id: string;

beforeAll(async () => {
  [salesforce, browser] = await Promise.all([startSalesforce(), openBrowser()]);
  const org = salesforce.org();
  org.install({
    objects: [
      {
        name: 'Social_Activity__c',
        label: 'Social Activity',
        labelPlural: 'Social Activities',
        fields: [
          { name: 'Network__c', type: 'string', length: 40 },
          { name: 'Body__c', type: 'textarea', length: 32_000 },
          {
            name: 'Contact__c',
            type: 'reference',
            referenceTo: ['Contact'],
            childRelationshipName: 'Social_Activities__r',
          },
        ],
      },
    ],
    fields: { Contact: [{ name: 'Score__c', label: 'Multiplier', type: 'double', scale: 2 }] },
  });
  const [account] = org.seed('Account', [{ Name: 'Nordlicht Mobil' }]);
  [id = ''] = org.seed('Contact', [
    { FirstName: 'Hannah', LastName: 'Müller', Email: 'hannah@example.com', AccountId: account },
  ]);
  recordUrl = `${salesforce.url}/lightning/r/Contact/${id}/view`;
}, 60_000);

afterAll(async () => {
  await browser.close();
  await salesforce.close();
});

test('an agent edits with the keyboard alone and sees what arrives meanwhile', async () => {
  const { page, faults } = await openPage(browser, BERLIN);
  await page.goto(recordUrl);
  await page.getByRole('heading', { name: 'Hannah Müller' }).waitFor();
  await page.getByLabel('Titel').focus();
  await page.keyboard.type('Dr.');
  salesforce.org().edit('Contact', { id, values: { Department: 'Vertrieb', Score__c: 4.5 } });
  await waitFor(
    'the other change',
    async () => (await page.getByLabel('Abteilung').inputValue()) === 'Vertrieb',
    5_000,
  );
  await page.keyboard.press('Enter');
  await page.getByText('Der Datensatz wurde gespeichert.').waitFor({ timeout: 5_000 });
  expect(salesforce.org().record('Contact', id)?.values).toMatchObject({
    Title: 'Dr.',
    Department: 'Vertrieb',
  });
  await keepScreenshot(page, 'salesforce-record-de');
  expect(faults).toEqual([]);
  await page.close();
});

test('hostile text stays text, and a record can be deleted and brought back', async () => {
  const { page, faults } = await openPage(browser, LONDON);
  await page.goto(recordUrl);
  salesforce
    .org()
    .create('Social_Activity__c', { Network__c: 'bluesky', Body__c: HOSTILE, Contact__c: id });
  const list = page.getByRole('region', { name: 'Social Activities' });
  await list.getByText('onerror').waitFor();
  expect(await list.locator('img, script').count()).toBe(0);
  expect(await list.innerText()).toContain(HOSTILE);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undelete' }).click();
  await page.getByRole('button', { name: 'Merge' }).waitFor();
  await keepScreenshot(page, 'salesforce-record-en');
  expect(faults).toEqual([]);
  await page.close();
});
