import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardBuilder, type Panel, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** What is placed on the grid: any panel's builder of the SDK. */
export interface Placeable extends Builder<Panel> {
  gridPos(place: { x: number; y: number; w: number; h: number }): this;
  id(id: number): this;
}

/** Panels side by side in equal widths; a list among them is a stack in equal heights. */
export interface Line {
  readonly height: number;
  readonly cells: readonly (Placeable | readonly Placeable[])[];
}

/** Columns of Grafana's grid. */
const WIDTH = 24;

/** Places lines, and headlines between them, from top to bottom, and numbers what is placed. */
export function layOut(builder: DashboardBuilder, content: readonly (Line | string)[]): void {
  let y = 0;
  let id = 0;
  for (const part of content) {
    if (typeof part === 'string') {
      id += 1;
      builder.withRow(new RowBuilder(part).id(id).gridPos({ x: 0, y, w: WIDTH, h: 1 }));
      y += 1;
      continue;
    }
    const w = WIDTH / part.cells.length;
    for (const [column, cell] of part.cells.entries()) {
      const stack = 'build' in cell ? [cell] : cell;
      const h = part.height / stack.length;
      for (const [place, panel] of stack.entries()) {
        id += 1;
        builder.withPanel(panel.id(id).gridPos({ x: column * w, y: y + place * h, w, h }));
      }
    }
    y += part.height;
  }
}
