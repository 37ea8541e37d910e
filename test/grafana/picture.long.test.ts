import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBrowser, withPage } from '../browser/browser';
import type { Choice, DashboardFile } from './grafana';
import { drawDashboard, WIDTH } from './picture';
import { withPrometheus } from './prometheus';
import { samples, WAYS } from './samples';
import { NOW } from './week';

const FILE = join(process.cwd(), 'lib/internal/monitoring/dashboard.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as DashboardFile;
/** Where the pictures go that somebody wants to look at. */
const KEEP = process.env.DASHBOARD_PICTURES;

/** Texts that are cut off, and panels that say they have nothing. */
const FAULTS = `[...document.querySelectorAll('h3, .cell')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => 'cut: ' + element.textContent)
  .concat([...document.querySelectorAll('.cell')]
    .filter((cell) => cell.getBoundingClientRect().right > cell.closest('section').getBoundingClientRect().right)
    .map((cell) => 'outside: ' + cell.textContent))
  .concat([...document.querySelectorAll('section')]
    .filter(({ textContent }) => textContent.includes('telemetry') || textContent.includes('no Job'))
    .map(({ textContent }) => 'empty: ' + textContent))`;

test('drawn with a week of runs, nothing is cut, empty, or broken, in dark and in light', async () => {
  const folder = KEEP ?? mkdtempSync(join(tmpdir(), 'dashboard-'));
  const choice: Choice = { from: NOW - 7 * 86_400, to: NOW, variables: { cluster: WAYS.INSTANCES } };
  try {
    await withPrometheus(samples(), (prometheus) =>
      withBrowser(async (browser) => {
        for (const colorScheme of ['dark', 'light'] as const) {
          const { html, height } = await drawDashboard(prometheus, dashboard, choice, colorScheme);
          const file = join(folder, `dashboard-${colorScheme}.html`);
          writeFileSync(file, html);
          const look = { width: WIDTH, height, colorScheme };
          await withPage(browser, file, look, async ({ page, complaints, requests }) => {
            await page.screenshot({ path: join(folder, `dashboard-${colorScheme}.png`) });
            expect([complaints, requests]).toEqual([[], []]);
            expect(await page.evaluate(FAULTS)).toEqual([]);
            const drawn = 'document.querySelectorAll("canvas").length';
            expect(await page.evaluate(drawn)).toBe(
              dashboard.panels.filter(({ type }) => type === 'timeseries').length,
            );
          });
        }
      }),
    );
  } finally {
    if (!KEEP) rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
