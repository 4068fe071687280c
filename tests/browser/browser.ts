import { mkdir } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's; the path can be another where another Chromium is used. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Looked at by people after a run; not compared. */
const SCREENSHOTS = new URL('../../data/screenshots/', import.meta.url);

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // As root in a container there is no sandbox; and nothing may call anywhere but this machine.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Person {
  readonly locale: 'de-DE' | 'en-GB';
  readonly timezoneId: string;
}

/** A page of one person, and everything that went wrong in it. */
export async function openPage(
  browser: Browser,
  person: Person,
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ ...person, viewport: { width: 1280, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, faults };
}

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({
    path: new URL(`${name}.png`, SCREENSHOTS).pathname,
    fullPage: true,
  });
}
