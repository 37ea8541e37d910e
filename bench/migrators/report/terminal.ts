import Table from 'cli-table3';
import { isMissed, judge, sceneTitle, type Verdict } from '../judge';
import type { Results } from '../results';
import { cellsOf, HEADINGS } from './cells';
import { rowsOf } from './rows';

/** All numbers, and which promises were kept. */
export function renderTerminal(results: Results): string {
  const tables = results.scenes.map((scene) => {
    const table = new Table({ head: [...HEADINGS], chars: NO_LINES, style: PLAIN, colAligns: ALIGNED });
    for (const row of rowsOf(results, scene)) table.push([...cellsOf(row)]);
    return `${sceneTitle(scene)}\n${table.toString()}\n`;
  });
  return [...tables, ...judge(results).map(verdictLine)].join('\n');
}

const ALIGNED = HEADINGS.map((_, at) => (at === 0 ? 'left' : 'right'));
const PLAIN = { head: [], border: [] };
const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', mid: '', 'left-mid': '', 'mid-mid': '' },
  ...{ 'right-mid': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', right: '', middle: ' ' },
};

function verdictLine(verdict: Verdict): string {
  const { scene, promise, ratio, isKept } = verdict;
  return `${isKept ? 'kept   ' : isMissed(verdict) ? 'MISSED ' : 'not yet'} ${scene}: ${promise}: ${ratio.toFixed(2)}`;
}
