/* Runs in the page: draws DATA, which the page brings. */
const DARK = DATA.theme === 'dark';
const TEXT = DARK ? '#ccccdc' : '#24292e';
const MUTED = DARK ? 'rgba(204,204,220,.65)' : 'rgba(36,41,46,.75)';
const PANEL = DARK ? '#181b1f' : '#ffffff';
const NAMED = {
  ...{ green: '#73BF69', red: '#F2495C', blue: '#5794F2', purple: '#B877D9', orange: '#FF9830' },
  ...{ 'dark-red': '#C4162A', text: TEXT },
};
const PALETTE = [
  '#73BF69',
  '#F2CC0C',
  '#8AB8FF',
  '#FF780A',
  '#F2495C',
  '#5794F2',
  '#B877D9',
  '#705DA0',
  '#37872D',
];
const { from, to } = DATA.choice;

/** About as Grafana does it: the same hue, lighter or darker with each line. */
function shadeOf(hex, index) {
  const part = [1, 0.75, 1.25, 0.6, 1.4][index % 5];
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${channels.map((value) => Math.min(255, Math.round(value * part))).join(',')})`;
}
function colorOf({ color = {} }, index) {
  const named = NAMED[color.fixedColor];
  if (named === undefined) return PALETTE[index % PALETTE.length];
  return color.mode === 'shades' ? shadeOf(named, index) : named;
}

const make = (parent, tag, style, text) => {
  const element = document.createElement(tag);
  element.style.cssText = style;
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};

const round = (value, digits) => String(Number(value.toFixed(digits)));
function seconds(value) {
  if (value < 1 && value > 0) return `${round(value * 1000, 0)} ms`;
  if (value < 60) return `${round(value, 2)} s`;
  if (value < 3600) return `${round(value / 60, 2)} min`;
  return value < 86400 ? `${round(value / 3600, 2)} hour` : `${round(value / 86400, 2)} day`;
}
function show(value, unit) {
  if (typeof value === 'string') return value;
  if (unit === 's') return seconds(value);
  const date = new Date(value).toISOString();
  if (unit === 'dateTimeAsIso') return date.slice(0, 19).replace('T', ' ');
  if (unit === 'dateTimeFromNow') {
    const hours = (to * 1000 - value) / 3600000;
    return hours < 36 ? `${Math.round(hours)} hours ago` : `${Math.round(hours / 24)} days ago`;
  }
  return round(value, 2);
}
const stepColor = (steps, value) =>
  NAMED[steps.filter((step) => step.value === null || value >= step.value).at(-1).color];

function overridden(panel, name, refId) {
  const defaults = panel.fieldConfig?.defaults ?? {};
  const properties = Object.entries(defaults).filter(([key]) => key !== 'custom');
  const custom = Object.entries(defaults.custom ?? {}).map(([key, value]) => [`custom.${key}`, value]);
  const result = Object.fromEntries([...properties, ...custom]);
  for (const { matcher, properties: own } of panel.fieldConfig?.overrides ?? []) {
    const isMeant =
      (matcher.id === 'byName' && matcher.options === name) ||
      (matcher.id === 'byFrameRefID' && matcher.options === refId) ||
      (matcher.id === 'byRegexp' && new RegExp(matcher.options.replace(/^\/|\/$/g, '')).test(name));
    if (isMeant) for (const { id, value } of own) result[id] = value;
  }
  return result;
}
const mapped = (options, value) => options.mappings?.map(({ options: words }) => words[value]).find(Boolean);

function noData(body, panel) {
  make(
    body,
    'div',
    `height:100%;display:grid;place-items:center;color:${MUTED}`,
    panel.fieldConfig.defaults.noValue ?? 'No data',
  );
}

function stat(body, panel) {
  const value = panel.answers[0].series[0]?.points.at(-1)?.[1];
  if (value === undefined) return noData(body, panel);
  const { unit, thresholds } = panel.fieldConfig.defaults;
  const color = stepColor(thresholds.steps, value);
  const text = show(value, unit);
  make(
    body,
    'div',
    `height:100%;display:grid;place-items:center;font-size:${text.length > 9 ? 30 : 44}px;font-weight:500;color:${color}`,
    text,
  );
}

function timeline(body, panel) {
  const { series } = panel.answers[0];
  if (series.length === 0) return noData(body, panel);
  for (const { name, points } of series) {
    const row = make(
      body,
      'div',
      `height:${Math.floor((body.clientHeight - 50) / series.length)}px;display:flex;align-items:center`,
    );
    make(row, 'div', 'width:150px;text-align:right;padding-right:10px;font-size:12px', name);
    const line = make(row, 'div', 'flex:1;position:relative;height:80%');
    const spans = [];
    for (const [time, value] of points) {
      const last = spans.at(-1);
      if (last && last.value === value && time - last.end <= panel.step * 1.5) last.end = time;
      else
        spans.push({
          value,
          start: last && time - last.end <= panel.step * 1.5 ? last.end : time,
          end: time,
        });
    }
    for (const { value, start, end } of spans) {
      const { text, color } = mapped(panel.fieldConfig.defaults, value);
      const place = (time) => ((time - from) / (to - from)) * 100;
      const width = Math.max(place(end) - place(start), 0.25);
      make(
        line,
        'div',
        `position:absolute;top:0;bottom:0;left:${place(start)}%;width:${width}%;background:${NAMED[color]};opacity:.85;color:#111;font-size:12px;overflow:hidden;display:grid;place-items:center`,
        width > 6 ? text : '',
      );
    }
  }
  const legend = make(body, 'div', 'font-size:12px;padding:6px 0 0 160px');
  for (const { text, color } of Object.values(panel.fieldConfig.defaults.mappings[0].options))
    legendItem(legend, text, NAMED[color]);
}

function legendItem(legend, name, color) {
  const item = make(legend, 'span', 'margin-right:14px;white-space:nowrap;display:inline-block');
  make(
    item,
    'span',
    `display:inline-block;width:14px;height:4px;margin-right:5px;vertical-align:middle;background:${color}`,
  );
  make(item, 'span', '', name);
}

function graph(body, panel) {
  const isBars = panel.fieldConfig.defaults.custom.drawStyle === 'bars';
  const all = panel.answers.flatMap(({ refId, series }) => series.map((one) => ({ ...one, refId })));
  if (all.length === 0) return noData(body, panel);
  const times = [];
  for (let at = Math.floor(from / panel.step) * panel.step; at <= to; at += panel.step) times.push(at);
  const drawn = all.map((one, index) => {
    const options = overridden(panel, one.name, one.refId);
    const values = new Map(one.points);
    const color = colorOf(options, index);
    return {
      ...one,
      color,
      style: options['custom.drawStyle'],
      values: times.map((time) => values.get(time) ?? null),
    };
  });
  const data = drawn.map(({ values }) => values);
  if (isBars)
    for (let i = 1; i < data.length; i += 1)
      data[i] = data[i].map((value, at) => (value ?? 0) + (data[i - 1][at] ?? 0));
  const order = drawn.map((_, index) => (isBars ? drawn.length - 1 - index : index));
  const { unit } = panel.fieldConfig.defaults;
  const axis = {
    stroke: MUTED,
    grid: { stroke: DARK ? 'rgba(204,204,220,.08)' : 'rgba(36,41,46,.08)', width: 1 },
    ticks: { show: false },
  };
  const legend = make(
    document.createElement('div'),
    'div',
    'font-size:12px;line-height:18px;padding:2px 8px;max-height:54px;overflow:hidden',
  );
  for (const { name, color } of drawn) legendItem(legend, name, color);
  body.append(legend);
  const height = body.clientHeight - legend.offsetHeight - 4;
  const options = {
    ...{ width: body.clientWidth, height, legend: { show: false }, cursor: { show: false } },
    padding: [10, 10, 0, 0],
    scales: {
      x: { min: from, max: to },
      y: isBars ? { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } : { distr: 3 },
    },
    axes: [
      axis,
      {
        ...axis,
        size: 76,
        incrs: !isBars || unit === 's' ? undefined : [1, 2, 5, 10, 20, 50, 100],
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : show(tick, unit))),
      },
    ],
    series: [
      {},
      ...order.map((index) => {
        const { color, style } = drawn[index];
        if (isBars)
          return {
            stroke: color,
            fill: color,
            width: 0,
            paths: uPlot.paths.bars({ size: [0.9, 60] }),
            points: { show: false },
          };
        if (style === 'line') return { stroke: color, width: 1, points: { show: false } };
        return { stroke: color, paths: () => null, points: { show: true, size: 8, fill: color } };
      }),
    ],
    hooks: {
      draw: [
        (chart) => {
          for (const { at } of DATA.marks) {
            if (at < from || at > to) continue;
            const x = Math.round(chart.valToPos(at, 'x', true));
            chart.ctx.strokeStyle = NAMED.purple;
            chart.ctx.setLineDash([4, 4]);
            chart.ctx.beginPath();
            chart.ctx.moveTo(x, chart.bbox.top);
            chart.ctx.lineTo(x, chart.bbox.top + chart.bbox.height);
            chart.ctx.stroke();
            chart.ctx.setLineDash([]);
          }
        },
      ],
    },
  };
  const place = make(body, 'div', '');
  body.prepend(place);
  new uPlot(options, [times, ...order.map((index) => data[index])], place);
}

/** Rows of several queries are joined where the columns agree that all queries have, unless others contradict. */
function rowsOf(panel) {
  const many = panel.answers.length > 1;
  const frames = panel.answers
    .filter(({ series }) => series.length > 0)
    .map(({ refId, series }) => {
      const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))];
      const value = many ? `Value #${refId}` : 'Value';
      return series.map(({ metric, points }) => ({
        ...Object.fromEntries(labels.map((label) => [label, metric[label] ?? ''])),
        [value]: points[0][1],
      }));
    });
  const keys = Object.keys(frames[0]?.[0] ?? {}).filter((name) => frames.every(([row]) => name in row));
  const rows = [];
  for (const row of frames.flat()) {
    const same = rows.filter(
      (other) =>
        keys.every((key) => other[key] === row[key]) &&
        Object.keys(row).every((key) => !(key in other) || other[key] === row[key]),
    );
    if (same.length === 0) rows.push({ ...row });
    for (const other of same) Object.assign(other, row);
  }
  return rows;
}

function table(body, panel) {
  const rows = rowsOf(panel);
  if (rows.length === 0) return noData(body, panel);
  const { excludeByName, indexByName, renameByName } = panel.transformations.find(
    ({ id }) => id === 'organize',
  ).options;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !excludeByName[name]);
  names.sort((a, b) => (indexByName[a] ?? 99) - (indexByName[b] ?? 99));
  const titleOf = (name) => renameByName[name] ?? name;
  const sorted = names.find((name) => titleOf(name) === panel.options.sortBy[0].displayName);
  rows.sort((a, b) => (b[sorted] ?? 0) - (a[sorted] ?? 0));
  body.style.overflow = 'hidden';
  const fixed = names.map((name) => overridden(panel, titleOf(name))['custom.width']);
  const free =
    (body.clientWidth - 16 - fixed.reduce((sum, width) => sum + (width ?? 0), 0)) /
    Math.max(fixed.filter((width) => !width).length, 1);
  const line = (style) =>
    make(
      body,
      'div',
      `display:flex;height:36px;align-items:center;border-bottom:1px solid ${DARK ? '#2c3235' : '#e4e7ea'};${style}`,
    );
  const cell = (row, index, style, text) =>
    make(
      row,
      'div',
      `width:${fixed[index] ?? Math.max(free, 150)}px;flex:none;padding:0 6px;height:100%;line-height:36px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;box-sizing:border-box;${style}`,
      text,
    ).classList.add('cell');
  const head = line('font-weight:500');
  for (const [index, name] of names.entries()) cell(head, index, `color:${NAMED.blue}`, titleOf(name));
  for (const values of rows) {
    const row = line('');
    names.forEach((name, index) => {
      const options = overridden(panel, titleOf(name));
      const value = values[name];
      const word = mapped(options, value);
      const type = options['custom.cellOptions']?.type;
      const color = word
        ? NAMED[word.color]
        : type === 'color-text'
          ? stepColor(options.thresholds.steps, value)
          : undefined;
      const style =
        type === 'color-background' && color
          ? `background:${color};color:#111`
          : color
            ? `color:${color}`
            : '';
      cell(row, index, style, value === undefined ? '' : (word?.text ?? show(value, options.unit)));
    });
  }
}

const KINDS = { stat, table, timeseries: graph, 'state-timeline': timeline };
document.body.style.cssText = `margin:0;background:${DARK ? '#111217' : '#f4f5f5'};color:${TEXT};font:14px/1.5 Inter,Helvetica,Arial,sans-serif;width:${DATA.width}px`;
make(
  document.body,
  'h1',
  'font-size:18px;font-weight:500;margin:0;padding:12px 16px;height:24px',
  DATA.title,
);
const grid = make(document.body, 'main', 'position:relative;margin:0 8px');
const column = (DATA.width - 16) / 24;
for (const panel of DATA.panels) {
  const { x, y, w, h } = panel.gridPos;
  const place = `position:absolute;left:${x * column}px;top:${y * DATA.row}px;width:${w * column - 8}px;height:${h * DATA.row - 8}px;`;
  if (panel.type === 'row') {
    make(grid, 'h2', `${place}margin:0;font-size:16px;font-weight:500`, `⌄ ${panel.title}`);
    continue;
  }
  const box = make(
    grid,
    'section',
    `${place}background:${PANEL};border:1px solid ${DARK ? '#25272b' : '#e4e7ea'};border-radius:2px;box-sizing:border-box;overflow:hidden`,
  );
  make(
    box,
    'h3',
    'margin:0;font-size:14px;font-weight:500;padding:5px 8px;height:22px;white-space:nowrap',
    panel.title,
  );
  const body = make(box, 'div', `height:${h * DATA.row - 8 - 42}px;padding:0 8px;position:relative`);
  KINDS[panel.type](body, panel);
}
