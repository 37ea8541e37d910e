interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly own: string;
  readonly other: string;
  readonly beside: string;
}

const LIGHT: Palette = {
  ...{ ground: '#ffffff', text: '#1f2328', muted: '#59636e', grid: '#d8dee4' },
  ...{ own: '#0969da', other: '#8c959f', beside: '#c5ccd3' },
};
const DARK: Palette = {
  ...{ ground: '#0d1117', text: '#f0f6fc', muted: '#9198a1', grid: '#2a313a' },
  ...{ own: '#4493f8', other: '#6e7681', beside: '#434b54' },
};

/** Written out for each palette: not every program that shows SVG knows variables. */
const colours = ({ ground, text, muted, grid, own, other, beside }: Palette) => `
.ground{fill:${ground}} text{fill:${text}} text.muted{fill:${muted}}
.grid{stroke:${grid}} .range{stroke:${text}} .floor{stroke:${muted}}
.own{fill:${own}} .other{fill:${other}} .beside{fill:${beside}}`;

/** Of charts. They bring their own ground, because nobody knows on which page a picture is shown. */
export const CHART_STYLE = `
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.title{font-size:17px;font-weight:600} .panel,.strong{font-weight:600} .panel{font-size:13px}
.end{text-anchor:end} .middle{text-anchor:middle} .range{stroke-width:1.5} .floor{stroke-dasharray:3 3}
${colours(LIGHT)}
@media (prefers-color-scheme:dark){${colours(DARK)}
}
`;
