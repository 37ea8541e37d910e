import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFolder } from '../cli/support';
import { chromiumPath, PHONE, withBrowser, withPage } from './browser';
import { accessibilityFaults, pictureContrast, sidewaysScroll } from './inspect';

const FAULTY = `<!doctype html><html lang="en"><title>x</title>
  <body style="background: #fff"><main><h1>x</h1>
  <p style="width: 500px; color: #aaa">wide and pale</p>
  <svg width="90" height="20" role="img" aria-label="x"><text y="12" fill="#ccc">pale</text></svg>
  <img alt="x" src="https://example.com/x.png"><img alt="x" src="beside.png">
  <script>console.warn('watch out'); throw new Error('broken')</script></main>`;

test('the browser tells what a page does wrong: it asks for something, complains, is too wide, or hard to read', () =>
  withFolder((folder) =>
    withBrowser((browser) => {
      const file = join(folder, 'page.html');
      writeFileSync(file, FAULTY);
      writeFileSync(join(folder, 'beside.png'), '');
      return withPage(
        browser,
        file,
        { ...PHONE, colorScheme: 'light' },
        async ({ page, complaints, requests }) => {
          // Chromium asks for both at once, in either order.
          expect([...requests].sort()).toEqual([
            expect.stringMatching(/^file:.*beside\.png$/),
            'https://example.com/x.png',
          ]);
          expect(complaints).toEqual(expect.arrayContaining(['watch out', 'Error: broken']));
          expect(await sidewaysScroll(page)).toBeGreaterThan(100);
          expect(await accessibilityFaults(page)).toEqual([
            expect.stringMatching(/^color-contrast: .*\(p\)/),
          ]);
          expect(await pictureContrast(page)).toEqual({ ratio: expect.closeTo(1.61, 1), text: 'pale' });
        },
      );
    }),
  ));

test('where no browser is, it is said what to install', () => {
  expect(() => chromiumPath({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow(
    'CHROMIUM_PATH: "/nowhere/chromium" does not exist',
  );
});
