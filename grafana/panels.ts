import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Colours that mean the same in every panel. */
export const COLOR = {
  SUCCEEDED: 'green',
  FAILED: 'red',
  RUNNING: 'blue',
  ROLLBACK: 'purple',
  WAITING: 'orange',
  NEUTRAL: 'text',
} as const;

export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

export const TELEMETRY_IS_OFF = 'no data: is telemetry off?';
const FROM_RUNNER =
  'From the metrics of the runner: without an OpenTelemetry collector or a Pushgateway (prop `telemetry`) there are none.';
const FROM_CLUSTER = 'From kube-state-metrics.';

/** What the panel shows, and where it has it from. */
export function fromRunner(meaning: string): string {
  return `${meaning}\n\n${FROM_RUNNER}`;
}

export function fromCluster(meaning: string): string {
  return `${meaning}\n\n${FROM_CLUSTER}`;
}

export function rangeQuery(refId: string, expression: string, legend: string): DataqueryBuilder {
  return query(refId, expression).range().legendFormat(legend);
}

export function instantQuery(refId: string, expression: string, legend = '__auto'): DataqueryBuilder {
  return query(refId, expression).instant().legendFormat(legend);
}

export function tableQuery(refId: string, expression: string): DataqueryBuilder {
  return query(refId, expression).instant().format(PromQueryFormat.Table);
}

function query(refId: string, expression: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).expr(expression).datasource(DATASOURCE);
}

/** Thresholds of which the first holds from the lowest value on. */
export function thresholds(color: string, ...steps: Threshold[]): ThresholdsConfigBuilder {
  const base = { value: null, color };
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([base, ...steps]);
}

/** Words and colours in place of numbers or texts. */
export function mapping(words: Record<string, readonly [text: string, color: string]>): ValueMapping {
  const options = Object.entries(words).map(
    ([value, [text, color]], index) => [value, { text, color, index }] as const,
  );
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

export function fixedColor(color: string): DynamicConfigValue {
  return { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } };
}

/** Of several lines that mean the same: of one colour, and still to be told apart. */
export function shadesOf(color: string): DynamicConfigValue {
  return { id: 'color', value: { mode: FieldColorModeId.Shades, fixedColor: color } };
}

/** One number, coloured by what it means. */
export function number(title: string, description: string): StatBuilder {
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value);
}

function graph(title: string, description: string): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/**
 * Amounts in windows of time. A window is never shorter than five minutes, so that each holds samples of a Prometheus that
 * looks once a minute.
 */
export function bars(title: string, description: string): TimeseriesBuilder {
  return graph(title, description)
    .drawStyle(GraphDrawStyle.Bars)
    .min(0)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .interval('5m')
    .maxDataPoints(100);
}

/** Values of single runs, each where it ended; seconds and hours can be told apart on one scale. */
export function points(title: string, description: string): TimeseriesBuilder {
  return graph(title, description)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10))
    .drawStyle(GraphDrawStyle.Points)
    .showPoints(VisibilityMode.Always)
    .pointSize(8)
    .interval('5m')
    .maxDataPoints(300);
}
