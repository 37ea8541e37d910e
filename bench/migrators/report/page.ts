import { isMissed, judge, sceneTitle } from '../judge';
import type { Results, Scene } from '../results';
import { cellsOf, HEADINGS } from './cells';
import { rowsOf } from './rows';

/** The sections of docs/benchmarks.md that are measured, by the names in its markers. */
export function renderSections(results: Results): Readonly<Record<string, string>> {
  return { conditions: conditions(results), promises: promises(results), numbers: numbers(results) };
}

function conditions({ date, rounds, node, postgres, isDurable, machine, tools }: Results): string {
  const versions = new Map(tools.map(({ name, version }) => [name.replace(/ .*/, ''), version]));
  const names = [...versions].map(([name, version]) => `${name} ${version}`).join(', ');
  const disk = isDurable ? 'as it is shipped (`fsync` on)' : 'with `fsync` off';
  return `Measured on ${date}: ${names}; Node ${node}, PostgreSQL ${postgres} ${disk}, ${machine}. Medians of ${rounds} rounds.`;
}

function promises(results: Results): string {
  return markdownTable(
    ['', 'promised', 'measured', ''],
    judge(results).map((verdict) => [
      ...[verdict.scene, verdict.promise, `${verdict.ratio.toFixed(2)} ×`],
      verdict.isKept ? 'kept' : isMissed(verdict) ? '**missed**' : 'not yet',
    ]),
    ['left', 'left', 'right', 'left'],
  );
}

function numbers(results: Results): string {
  return results.scenes
    .map((scene) => `### ${capital(sceneTitle(scene))}\n\n${tableOf(results, scene)}`)
    .join('\n\n');
}

function tableOf(results: Results, scene: Scene): string {
  const rows = rowsOf(results, scene).map((row) => {
    const cells = cellsOf(row);
    return row.isRunner ? cells.map((cell) => `**${cell}**`) : cells;
  });
  return markdownTable(HEADINGS, rows, ['left', ...HEADINGS.slice(1).map(() => 'right' as const)]);
}

function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  aligned: readonly ('left' | 'right')[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(headings),
    line(aligned.map((side) => (side === 'left' ? ':---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
