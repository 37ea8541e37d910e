import {
  FieldTextAlignment,
  TableCellDisplayMode,
  type TableCellOptions,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { DATASOURCE, tableQuery } from './panels';

/** A column: a label of the series, or the value of a query. */
export interface Column {
  readonly title: string;
  /** Name of a label, or the letter of a query. */
  readonly from: string;
  readonly width?: number;
  readonly properties?: readonly DynamicConfigValue[];
}

/** A cell filled with the colour that its value is mapped to. */
export const FILLED: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorBackground } satisfies TableCellOptions,
};

export interface TableContent {
  readonly title: string;
  readonly description: string;
  /** By letter; their rows are joined where their common labels agree. */
  readonly queries: Readonly<Record<string, string>>;
  /** From left to right; what is not named is not shown. */
  readonly columns: readonly Column[];
  /** Title of the column whose largest value is first. */
  readonly sortBy: string;
  readonly noValue: string;
}

export function table({ title, description, queries, columns, sortBy, noValue }: TableContent): TableBuilder {
  const letters = Object.keys(queries);
  const nameOf = ({ from }: Column) =>
    letters.includes(from) ? (letters.length === 1 ? 'Value' : `Value #${from}`) : from;
  const named = columns.map(({ from }) => from);
  const unnamed = letters.filter((letter) => !named.includes(letter)).map((letter) => `Value #${letter}`);
  const builder = new TableBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .noValue(noValue)
    .align(FieldTextAlignment.Left)
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
    .targets(letters.map((letter) => tableQuery(letter, queries[letter] ?? '')))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...unnamed].map((name) => [name, true])),
        indexByName: Object.fromEntries(columns.map((column, index) => [nameOf(column), index])),
        renameByName: Object.fromEntries(columns.map((column) => [nameOf(column), column.title])),
      },
    });
  for (const { title: name, width, properties = [] } of columns) {
    const all = [...(width ? [{ id: 'custom.width', value: width }] : []), ...properties];
    if (all.length > 0) builder.overrideByName(name, all);
  }
  return builder;
}
