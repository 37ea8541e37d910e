import { readFileSync } from 'node:fs';
import { renderSections } from '../../bench/migrators/report/page';
import { renderPictures } from '../../bench/migrators/report/pictures';
import { renderTerminal } from '../../bench/migrators/report/terminal';
import { renderBarChart } from '../../bench/support/bar-chart';
import { fillSections } from '../../bench/support/fill-sections';
import { RESULTS } from './results';

const OWN = '| **drizzle-gate** | **200 (180–240)** | **1.00** | **100 (90–120)** | **60** | **8** |';

test('the page has a row for each tool, ours in bold, and the floor below', () => {
  const { numbers = '' } = renderSections(RESULTS);
  expect(numbers.split('\n')).toEqual([
    ...['### Nothing to do, 60 applied, 10 ms round trip', ''],
    '|  | time in ms | × ours | CPU in ms | peak in MB | round trips |',
    '| :--- | ---: | ---: | ---: | ---: | ---: |',
    OWN,
    '| drizzle-orm migrate() | 300 (270–360) | 1.50 | 150 (135–180) | 60 | 11 |',
    '| dbmate (npm) | 160 (144–192) | 0.80 | 80 (72–96) | 44 | 21 |',
    '| dbmate (binary) | 100 (90–120) | 0.50 | 50 (45–60) | 22 | 21 |',
    '| node -e 0 | 40 (36–48) | 0.20 | 20 (18–24) | 40 |  |',
  ]);
});

test('the page says what was measured, on what, and which promises were missed', () => {
  const { conditions, promises } = renderSections(RESULTS);
  expect(conditions).toBe(
    'Measured on 2026-02-03: drizzle-gate 0.1.0, drizzle-orm 0.45.4, dbmate 2.36.0; Node 20.20.2, PostgreSQL 16.14 as it is shipped (`fsync` on), 2 cores. Medians of 3 rounds.',
  );
  expect(promises).toContain(
    '| nothing to do, 60 applied, 10 ms round trip | time at most 1 × dbmate (npm) | 1.25 × | **missed** |',
  );
  expect(renderSections({ ...RESULTS, isDurable: false }).conditions).toContain('with `fsync` off');
});

test('the terminal shows the same', () => {
  const text = renderTerminal(RESULTS);
  expect(text).toMatch(/drizzle-orm migrate\(\) +300 \(270–360\) +1\.50 +150 \(135–180\) +60 +11/);
  expect(text).toContain(
    'MISSED  nothing to do, 60 applied, 10 ms round trip: time at most 1 × dbmate (npm): 1.25',
  );
});

test('sections are filled in the page of this repository, and only they change', () => {
  const page = readFileSync('docs/benchmarks.md', 'utf8');
  const filled = fillSections(page, renderSections(RESULTS));
  expect(filled).toContain(OWN);
  expect(filled.split('<!-- measured: ')[0]).toBe(page.split('<!-- measured: ')[0]);
  expect(fillSections(filled, renderSections(RESULTS))).toBe(filled);
  expect(() => fillSections(page, { other: 'x' })).toThrow('the page has no markers for other');
});

test('bars are as long as their numbers, and the text stands behind the thin line', () => {
  const { 'benchmark-time.svg': svg = '' } = renderPictures(RESULTS);
  const widths = [...svg.matchAll(/<rect class="(own|other|beside)"[^>]* width="([\d.]+)"/g)];
  expect(widths.map(([, kind]) => kind)).toEqual(['own', 'other', 'other', 'beside']);
  const [own = 0, ...others] = widths.map(([, , width]) => Number(width));
  expect(others.map((other) => (other / own).toFixed(1))).toEqual(['1.5', '0.8', '0.5']);
  expect(svg).toContain('>160 · 0.8×</text>');
  const [, end = ''] =
    /<line class="range" x1="[\d.]+" x2="([\d.]+)"[^>]*><text class="strong" /.exec(svg) ?? [];
  expect(svg).toContain(`<text class="strong" x="${Number(end) + 6}"`);
});

test('a picture is legible on light and dark pages, names its unit, and takes nothing from elsewhere', () => {
  for (const [name, svg] of Object.entries(renderPictures(RESULTS))) {
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).toMatch(name.includes('time') ? />ms<\/text>/ : />MB<\/text>/);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\(/);
  }
});

test('names are text, whatever they hold', () => {
  const bar = { label: '<b>&', value: 1, range: [1, 1] as const, text: '"', kind: 'own' as const };
  const svg = renderBarChart({
    title: 'a',
    note: 'b',
    unit: 'ms',
    panels: [{ title: '<', bars: [bar], floor: 0 }],
  });
  expect(svg).toContain('&lt;b&gt;&amp;</text>');
});
