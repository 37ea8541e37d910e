import type { Answer, Prometheus } from './prometheus';

/** What a dashboard's file has, as far as it is read here. */
export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly PanelFile[];
  readonly templating: { readonly list: readonly Record<string, unknown>[] };
  readonly annotations: { readonly list: readonly AnnotationFile[] };
}

export interface AnnotationFile {
  readonly name: string;
  readonly expr: string;
  readonly step: string;
  readonly titleFormat: string;
  readonly iconColor: string;
}

export interface Property {
  readonly id: string;
  readonly value: unknown;
}

export interface PanelFile {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly options?: Record<string, unknown>;
  readonly transformations?: readonly { readonly id: string; readonly options: Record<string, unknown> }[];
  readonly fieldConfig?: {
    readonly defaults: Record<string, unknown>;
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly Property[];
    }[];
  };
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly instant?: boolean;
  readonly format?: string;
  readonly legendFormat?: string;
}

/** What is chosen above a dashboard, in seconds since 1970. */
export interface Choice {
  readonly from: number;
  readonly to: number;
  readonly variables?: Readonly<Record<string, string>>;
}

export const ALL: Readonly<Record<string, string>> = {
  ...{ cluster: '.*', namespace: '.*', db_namespace: '.*', job: '.*(migration|rollback).*' },
};

/** Puts Grafana's own variables and the dashboard's into a query. */
export function interpolate(expression: string, { from, to, variables }: Choice, step: number): string {
  const known: Record<string, string> = {
    ...{ ...ALL, ...variables },
    ...{ __interval: `${step}s`, __interval_ms: String(step * 1000) },
    ...{ __range: `${to - from}s`, __range_s: String(to - from) },
  };
  return expression.replace(/\$(\w+)/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`$${name} is no variable of the dashboard`);
    return value;
  });
}

/** From each number of seconds on that Grafana rounds up, what it rounds to. */
const ROUNDED = [
  ...([
    [0, 1],
    [1.5, 2],
    [3.5, 5],
    [7.5, 10],
    [12.5, 15],
    [17.5, 20],
    [25, 30],
    [45, 60],
    [90, 120],
  ] as const),
  ...([
    [210, 300],
    [450, 600],
    [750, 900],
    [1050, 1200],
    [1500, 1800],
    [2700, 3600],
    [5400, 7200],
  ] as const),
  ...([
    [9000, 10_800],
    [16_200, 21_600],
    [32_400, 43_200],
    [86_400, 86_400],
  ] as const),
];

/** Seconds between two points of a graph. */
export function stepOf(panel: Pick<PanelFile, 'interval' | 'maxDataPoints'>, { from, to }: Choice): number {
  const least = panel.interval ? Number(/^(\d+)m$/.exec(panel.interval)?.[1]) * 60 : 15;
  const wanted = (to - from) / (panel.maxDataPoints ?? 1000);
  const rounded = ROUNDED.findLast(([above]) => wanted >= above)?.[1] ?? 1;
  return Math.max(least, rounded);
}

/** Asks a query of a panel as Grafana does: at the end of the range, or in steps that are multiples of their length. */
export function ask(
  prometheus: Prometheus,
  panel: PanelFile,
  target: Target,
  choice: Choice,
): Promise<Answer[]> {
  const step = stepOf(panel, choice);
  const expression = interpolate(target.expr, choice, step);
  if (target.instant) return prometheus.at(expression, choice.to);
  const aligned = (time: number) => Math.floor(time / step) * step;
  return prometheus.range(expression, aligned(choice.from), aligned(choice.to), step);
}

/** Asks what `label_values` stands for. */
export function askVariable(prometheus: Prometheus, definition: string, choice: Choice): Promise<string[]> {
  const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
  if (!series || !label) throw new Error(`${definition} is not understood`);
  return prometheus.labelValues(interpolate(series, choice, 15), label, choice.from, choice.to);
}

/** Times of the lines that an annotation with `useValueForTime` draws, in seconds since 1970, with their titles. */
export async function askAnnotation(
  prometheus: Prometheus,
  annotation: AnnotationFile,
  choice: Choice,
): Promise<{ at: number; title: string }[]> {
  const step = stepOf({ interval: annotation.step, maxDataPoints: 100_000 }, choice);
  const expression = interpolate(annotation.expr, choice, step);
  const aligned = (time: number) => Math.floor(time / step) * step;
  const answers = await prometheus.range(expression, aligned(choice.from), aligned(choice.to), step);
  return answers.flatMap(({ metric, points }) =>
    [...new Set(points.map(([, value]) => Math.floor(value)))].map((value) => ({
      at: value / 1000,
      title: legend(annotation.titleFormat, metric),
    })),
  );
}

/** `{{label}}` in a legend becomes the label's value. */
export function legend(format: string, metric: Readonly<Record<string, string>>): string {
  return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => metric[name] ?? '').trim();
}
