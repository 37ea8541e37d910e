import type { ApiObject, Chart } from 'cdk8s';
import { objectsIn } from './mark';

/** Kinds whose objects become a Secret, by default of their own name. */
const MAKERS = ['SealedSecret', 'ExternalSecret'];
const KINDS = ['Secret', 'ConfigMap', 'ServiceAccount', ...MAKERS];

/** Objects of a chart by the `Kind/name` that a pod needs. */
export type Offers = ReadonlyMap<string, readonly ApiObject[]>;

const ofChart = new WeakMap<Chart, { offers?: Offers }>();

/**
 * What a chart has for the pods of its Jobs. All Jobs that are validated together share one look through the chart: with a
 * look for each, the time of a synth grows with the square of their number.
 */
export function offersOf(chart: Chart): Offers {
  const look = ofChart.get(chart) ?? {};
  if (!ofChart.has(chart)) {
    ofChart.set(chart, look);
    // cdk8s validates a chart before what stands in it.
    chart.node.addValidation({
      validate: () => {
        look.offers = undefined;
        return [];
      },
    });
  }
  look.offers ??= find(chart);
  return look.offers;
}

function find(chart: Chart): Offers {
  const found = new Map<string, ApiObject[]>();
  for (const object of objectsIn(chart)) {
    const { kind } = object;
    // Before the name: that of a Job is made of all that it holds.
    if (!KINDS.includes(kind)) continue;
    const key = `${MAKERS.includes(kind) ? 'Secret' : kind}/${object.name}`;
    const same = found.get(key);
    if (same) same.push(object);
    else found.set(key, [object]);
  }
  return found;
}
