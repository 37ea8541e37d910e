import { scaleLinear } from 'd3-scale';
import { Html, html } from '../../cli/src/history/page/html';
import { CHART_STYLE } from './chart-style';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** A thin line from the one to the other. */
  readonly range: readonly [min: number, max: number];
  /** What stands behind the bar. */
  readonly text: string;
  readonly kind: 'own' | 'other' | 'beside';
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Where a dashed line crosses all bars. */
  readonly floor: number;
}

export interface BarChart {
  readonly title: string;
  readonly note: string;
  readonly unit: string;
  readonly panels: readonly Panel[];
}

const [WIDTH, COLUMNS, MARGIN, GAP] = [960, 2, 24, 36];
const [HEADER, PANEL_HEADER, ROW, AXIS] = [74, 30, 22, 48];
const [LABEL, TEXT] = [140, 96];
const PANEL = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
const AXIS_LENGTH = PANEL - LABEL - TEXT;

/** A picture of panels with bars, each with a scale of its own from zero. */
export function renderBarChart({ title, note, unit, panels }: BarChart): string {
  const rows = Array.from({ length: Math.ceil(panels.length / COLUMNS) }, (_, row) =>
    panels.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
  const heights = rows.map(
    (row) => PANEL_HEADER + AXIS + ROW * Math.max(...row.map(({ bars }) => bars.length)),
  );
  const top = (row: number) => HEADER + heights.slice(0, row).reduce((sum, height) => sum + height, 0);
  const height = top(rows.length);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title note">
<title id="title">${title}</title><desc id="note">${note}</desc>
<style>${new Html(CHART_STYLE)}</style>
<rect class="ground" width="100%" height="100%" rx="6"/>
<text class="title" x="${MARGIN}" y="32">${title}</text>
<text class="muted" x="${MARGIN}" y="52">${note}</text>
${rows.map((row, at) => row.map((panel, column) => renderPanel(panel, unit, MARGIN + column * (PANEL + GAP), top(at))))}</svg>
`.toString();
}

function renderPanel({ title, bars, floor }: Panel, unit: string, left: number, top: number): Html {
  const scale = scaleLinear()
    .domain([0, Math.max(...bars.map(({ range }) => range[1]))])
    .range([0, AXIS_LENGTH]);
  const x = (value: number) => Math.round(scale(value) * 10) / 10;
  const bottom = ROW * bars.length;
  return html`<g transform="translate(${left} ${top})"><text class="panel" y="14">${title}</text>
<g transform="translate(${LABEL} ${PANEL_HEADER})">
${scale.ticks(3).map((tick) => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y2="${bottom}"/><text class="muted middle" x="${x(tick)}" y="${bottom + 16}">${tick}</text>`)}
<text class="muted" x="${AXIS_LENGTH + 24}" y="${bottom + 16}">${unit}</text>
${bars.map((bar, at) => renderBar(bar, x, at * ROW))}<line class="floor" x1="${x(floor)}" x2="${x(floor)}" y2="${bottom}"/>
</g></g>
`;
}

function renderBar(
  { label, value, range, text, kind }: Bar,
  x: (value: number) => number,
  top: number,
): Html {
  const middle = top + ROW / 2;
  const strong = kind === 'own' && ' strong';
  return html`<text class="end${strong}" x="-8" y="${middle + 4}">${label}</text><rect class="${kind}" y="${top + 4}" width="${x(value)}" height="${ROW - 8}" rx="2"/><line class="range" x1="${x(range[0])}" x2="${x(range[1])}" y1="${middle}" y2="${middle}"/><text class="${strong ? 'strong' : 'muted'}" x="${x(range[1]) + 6}" y="${middle + 4}">${text}</text>
`;
}
