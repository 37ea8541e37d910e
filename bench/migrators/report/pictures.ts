import { type BarChart, renderBarChart } from '../../support/bar-chart';
import { sceneTitle } from '../judge';
import type { Results } from '../results';
import { type Row, rowsOf } from './rows';

/** The pictures of the page, by the names of their files. */
export function renderPictures(results: Results): Readonly<Record<string, string>> {
  const medians = `medians of ${results.rounds} rounds, thin line: least to most, dashed: node -e 0`;
  return {
    'benchmark-time.svg': renderBarChart({
      title: 'How long one run takes',
      note: `From the start of the process to its end, in ms; ${medians}; × is the time in parts of drizzle-gate's`,
      unit: 'ms',
      panels: panelsOf(results, 'wallMs', ({ wallMs, ratio }) =>
        [wallMs.median.toFixed(0), ...(ratio === undefined ? [] : [`${ratio.toFixed(1)}×`])].join(' · '),
      ),
    }),
    'benchmark-memory.svg': renderBarChart({
      title: 'How much memory one run needs at most',
      note: `Resident memory of the largest process, in MB; ${medians}`,
      unit: 'MB',
      panels: panelsOf(withOneNetwork(results), 'peakMb', ({ peakMb }) => peakMb.median.toFixed(0)),
    }),
  };
}

function panelsOf(
  results: Results,
  value: 'wallMs' | 'peakMb',
  text: (row: Row) => string,
): BarChart['panels'] {
  return results.scenes.map((scene) => {
    const rows = rowsOf(results, scene);
    const floor = rows.find(({ isFloor }) => isFloor)?.[value].median ?? 0;
    const bars = rows.filter(({ isFloor }) => !isFloor);
    return {
      ...{ title: sceneTitle(scene), floor },
      bars: bars.map((row) => ({
        ...{ label: row.name, value: row[value].median, text: text(row), kind: kindOf(results, row) },
        range: [row[value].min, row[value].max],
      })),
    };
  });
}

/** Memory is a matter of the case, not of the network. */
function withOneNetwork(results: Results): Results {
  const first = new Map([...results.scenes].reverse().map((scene) => [scene.case, scene]));
  return { ...results, scenes: results.scenes.filter((scene) => first.get(scene.case) === scene) };
}

function kindOf({ tools }: Results, { name }: Row): 'own' | 'other' | 'beside' {
  const role = tools.find((tool) => tool.name === name)?.role;
  return role === 'runner' ? 'own' : role === 'peer' ? 'other' : 'beside';
}
