import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu's snap, Fedora and Google's own packages put it. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @throws Error with the remedy where this machine has none: a picture nobody looked at proves nothing. */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.CHROMIUM_PATH;
  const found = named ? [named].find(existsSync) : PLACES.find(existsSync);
  if (found) return found;
  throw new Error(
    named
      ? `CHROMIUM_PATH: ${JSON.stringify(named)} does not exist; give the path of Chromium's program`
      : 'no Chromium is installed; run apt-get install chromium, or set CHROMIUM_PATH to its program',
  );
}

/** Starts a Chromium without a window and ends it afterwards, whatever happened. */
export async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // As root, in CI's containers, Chromium refuses to start with its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND', '--force-color-profile=srgb', '--hide-scrollbars'],
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** How a page is looked at. */
export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  /** Device pixels per CSS pixel; 2 gives sharp pictures. @default 1 */
  readonly scale?: number;
  readonly media?: 'screen' | 'print';
}

export const DESKTOP = { width: 1280, height: 900 };
/** The narrowest phone that is still in use. */
export const PHONE = { width: 360, height: 740 };

/** A page in the browser, with everything that it should not have done. */
export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, and what the page threw. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, other than its own; none of them was answered. */
  readonly requests: readonly string[];
}

/** Opens a file as somebody does who has no network. */
export async function withPage<T>(
  browser: Browser,
  file: string,
  { width, height, colorScheme, scale = 1, media = 'screen' }: Look,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const address = pathToFileURL(file).href;
  const options: BrowserContextOptions = {
    ...{ viewport: { width, height }, colorScheme, deviceScaleFactor: scale },
    ...{ serviceWorkers: 'block', timezoneId: 'America/New_York', locale: 'en-US' },
  };
  const context = await browser.newContext(options);
  try {
    const [complaints, requests]: [string[], string[]] = [[], []];
    await context.route(
      () => true,
      (route) => {
        const asked = route.request().url();
        if (asked.split('#')[0] === address) return route.continue();
        requests.push(asked);
        return route.abort('internetdisconnected');
      },
    );
    const page = await context.newPage();
    await page.emulateMedia({ media });
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address, { waitUntil: 'load' });
    return await use({ page, complaints, requests });
  } finally {
    await context.close();
  }
}
