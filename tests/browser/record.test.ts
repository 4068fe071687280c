import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { waitFor, waitForQuiet } from '../../sandbox/quiet.ts';
import { playStory } from '../../sandbox/story/player.ts';
import { startSandbox, type Sandbox } from '../../sandbox/world.ts';
import { keepScreenshot, openBrowser, openPage } from './browser.ts';

const MINUTES = 60_000;
const BERLIN = { locale: 'de-DE', timezoneId: 'Europe/Berlin' } as const;
const LONDON = { locale: 'en-GB', timezoneId: 'Europe/London' } as const;

let sandbox: Sandbox;
let browser: Browser;
beforeAll(async () => {
  [sandbox, browser] = await Promise.all([startSandbox(), openBrowser()]);
}, 3 * MINUTES);
afterAll(async () => {
  await browser.close();
  await sandbox.close();
}, MINUTES);

const recordOf = (contact: string) => {
  const { hubspot, contactIds } = sandbox.company;
  return `${hubspot.url}/contacts/${hubspot.portal().portalId}/record/0-1/${contactIds.get(contact) ?? ''}`;
};
const play = async (from: number, to?: number) => {
  await playStory(sandbox.company.networks, { steps: sandbox.company.story.steps.slice(from, to) });
};

describe('an agent at a contact record', () => {
  test(
    'sees the complaint appear while she looks, in her language and her time',
    async () => {
      const { page, faults } = await openPage(browser, BERLIN);
      await page.goto(recordOf('C001'));
      await page.getByRole('heading', { name: 'Hannah Müller' }).waitFor();
      expect(await page.getByText('kein Netz mehr').count()).toBe(0);
      await play(0, 1);
      const note = page.locator('article', { hasText: 'kein Netz mehr' });
      await note.waitFor({ timeout: 10_000 });
      expect(await note.innerText()).toContain('Erwähnung auf Bluesky');
      expect(await note.innerText()).toContain('02.11.2026, 07:41');
      expect(await note.innerText()).toContain(
        'Profil und Website des Kontakts verweisen aufeinander.',
      );
      expect(await page.getByLabel('Bluesky-Name').inputValue()).toBe('hannah-mueller.test');
      await keepScreenshot(page, 'record-complaint-de');
      expect(faults).toEqual([]);
      await page.close();
    },
    MINUTES,
  );

  test(
    'writes a handle with the keyboard alone, and the earlier posts come within 5 s',
    async () => {
      await play(1, 69);
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      const { page, faults } = await openPage(browser, LONDON);
      await page.goto(recordOf('C013'));
      await page.getByText('Nothing has happened here yet.').waitFor();
      await page.getByLabel('Bluesky-Name').focus();
      await page.keyboard.type('@OliBennett.test');
      await page.keyboard.press('Enter');
      await page.locator('article').nth(2).waitFor({ timeout: 5_000 });
      expect(await page.locator('article').count()).toBe(3);
      await keepScreenshot(page, 'record-handle-written-en');
      expect(faults).toEqual([]);
      await page.close();
    },
    2 * MINUTES,
  );

  test(
    'is shown hostile posts as text: nothing runs, nothing loads',
    async () => {
      const { bluesky } = sandbox.company.networks;
      const hostile =
        '<img src=x onerror=alert(1)> <script>alert(2)</script> {{ contact.email }} \u202Egnitset';
      bluesky.controls.post('ayse-yilmaz.test', `@nordlichtmobil.test ${hostile}`);
      const { page, faults } = await openPage(browser, BERLIN);
      await page.goto(recordOf('C014'));
      const note = page.locator('article', { hasText: 'onerror' });
      await note.waitFor({ timeout: 15_000 });
      expect(await note.locator('img, script').count()).toBe(0);
      expect(await note.innerText()).toContain('<img src=x onerror=alert(1)>');
      expect(await note.innerText()).not.toContain('\u202E');
      await keepScreenshot(page, 'record-hostile-de');
      expect(faults).toEqual([]);
      await page.close();
    },
    MINUTES,
  );

  test.each([
    ['de', BERLIN],
    ['en', LONDON],
  ] as const)(
    'sees the multiplier score of a blogger with its reasons (%s)',
    async (name, person) => {
      await play(0, 69);
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      const { page, faults } = await openPage(browser, person);
      await page.goto(recordOf('C017'));
      const value = (label: RegExp) => page.getByLabel(label).inputValue();
      await page.getByRole('heading', { name: 'Tilo Brandt' }).waitFor();
      await keepScreenshot(page, `record-multiplier-${name}`);
      expect(Number(await value(/^Multiplikator$/))).toBeGreaterThan(20);
      expect(await value(/^Multiplikator-Stufe/)).toBe('20-39');
      expect(await value(/^Multiplikator-Gründe/)).toContain('18.600 Follower bei Bluesky');
      expect(await value(/^Öffentliche Rolle/)).toBe('author');
      expect(faults).toEqual([]);
      await page.close();
    },
    2 * MINUTES,
  );

  test(
    'deletes a contact and restores it, and finds its timeline again',
    async () => {
      const { page, faults } = await openPage(browser, LONDON);
      await page.goto(recordOf('C017'));
      await page.locator('article').first().waitFor({ timeout: 15_000 });
      const before = await page.locator('article').count();
      await page.getByText('Actions').click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /delete/i })
        .click();
      await page.getByRole('button', { name: /restore/i }).waitFor();
      await waitForQuiet(sandbox.admin, sandbox.workspace);
      await page.getByRole('button', { name: /restore/i }).click();
      await waitFor(
        'the timeline',
        async () => (await page.locator('article').count()) === before,
        15_000,
      );
      expect(faults).toEqual([]);
      await page.close();
    },
    2 * MINUTES,
  );
});
