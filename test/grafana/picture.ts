import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  ask,
  askAnnotation,
  type Choice,
  type DashboardFile,
  legend,
  type PanelFile,
  stepOf,
} from './grafana';
import type { Answer, Prometheus } from './prometheus';

const uplot = (file: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`uplot/dist/${file}`), 'utf8');
const DRAW = readFileSync(join(process.cwd(), 'test/grafana/draw.js'), 'utf8');

/** Width of the page that Grafana would have, in CSS pixels, and the height of a row of its grid with the gap. */
export const WIDTH = 1600;
const ROW = 38;

/**
 * The dashboard as one page without a network, drawn from real answers about as Grafana draws it: its grid, its colours,
 * and the library that draws its graphs. It is not Grafana; it shows what is cut, empty, or hard to read.
 */
export async function drawDashboard(
  prometheus: Prometheus,
  dashboard: DashboardFile,
  choice: Choice,
  theme: 'dark' | 'light',
): Promise<{ html: string; height: number }> {
  const panels = await Promise.all(
    dashboard.panels.map(async (panel) => ({
      ...panel,
      step: stepOf(panel, choice),
      answers: await Promise.all(
        (panel.targets ?? []).map(async (target) => ({
          ...{
            refId: target.refId,
            series: named(panel, target.legendFormat, await ask(prometheus, panel, target, choice)),
          },
        })),
      ),
    })),
  );
  const marks = await Promise.all(
    dashboard.annotations.list.map((annotation) => askAnnotation(prometheus, annotation, choice)),
  );
  const height = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h)) * ROW + 60;
  const data = { panels, marks: marks.flat(), choice, theme, width: WIDTH, row: ROW, title: dashboard.title };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const html = `<!doctype html><html lang="en" class="${theme}"><meta charset="utf-8"><title>${dashboard.title}</title>
<style>${uplot('uPlot.min.css')}</style><body><script>${uplot('uPlot.iife.min.js')}</script>
<script>const DATA = ${json};\n${DRAW}</script></body></html>`;
  return { html, height };
}

function named(panel: PanelFile, format: string | undefined, answers: readonly Answer[]) {
  return answers.map(({ metric, points }) => ({
    metric,
    points,
    name: panel.type === 'table' ? '' : legend(format ?? '', metric),
  }));
}
