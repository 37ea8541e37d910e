import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';
import { type Cost, measureProcess } from '../support/measure-process';
import { summarize } from '../support/statistics';
import type { Case } from './cases';
import { Databases } from './databases';
import { Network } from './network';
import type { Scene } from './results';
import { Runs } from './runs';
import { FLOOR, type Tool } from './tools';

export interface Plan {
  readonly tools: readonly Tool[];
  readonly cases: readonly Case[];
  /** Round trip times, in ms; 0 is no network at all. */
  readonly roundTripsMs: readonly number[];
  readonly rounds: number;
  /** Whether the server waits for the disk. */
  readonly isDurable: boolean;
  readonly tell: (line: string) => void;
}

export interface Comparison {
  readonly postgres: string;
  readonly scenes: readonly Scene[];
}

/** As PostgreSQL is shipped; the server of the tests does not wait for the disk. */
const DURABLE = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];

/** On which the round trips of a case are counted that is measured without a network: flights must stand apart. */
const COUNTED_AT_MS = 5;

/**
 * Measures every tool in every case. Whatever the machine does meanwhile hits all of them: in each round all have their
 * turn, and each round begins with another.
 *
 * @throws Error when a tool fails, or has left anything else in its database than its migrations make.
 */
export async function compare(plan: Plan): Promise<Comparison> {
  const folder = makeTemporaryFolder('drizzle-gate-bench-');
  const server = await startEmbeddedServer(plan.isDurable ? DURABLE : []);
  const databases = new Databases(server);
  const network = await Network.open(server, [COUNTED_AT_MS, ...plan.roundTripsMs]);
  try {
    const runs = new Runs(databases, network, folder.path);
    const scenes: Scene[] = [];
    for (const each of plan.cases) {
      for (const roundTripMs of plan.roundTripsMs) {
        if (roundTripMs > 0 && each.isDirectOnly) continue;
        plan.tell(`${each.title}, ${roundTripMs} ms round trip`);
        scenes.push(await measureScene(plan, runs, each, roundTripMs));
      }
    }
    return { postgres: await databases.version(), scenes };
  } finally {
    network.close();
    await databases.close();
    await server.stop();
    folder.remove();
  }
}

async function measureScene(
  { tools, rounds }: Plan,
  runs: Runs,
  which: Case,
  roundTripMs: number,
): Promise<Scene> {
  const costs = new Map<Tool, Cost[]>(tools.map((tool) => [tool, []]));
  const counts = new Map<Tool, number[]>(tools.map((tool) => [tool, []]));
  const floor: Cost[] = [];
  const measure = async (tool: Tool) => {
    const { cost, roundTrips } = await runs.run(tool, which, roundTripMs);
    costs.get(tool)?.push(cost);
    if (roundTrips !== undefined) counts.get(tool)?.push(roundTrips);
  };
  for (let round = 0; round < rounds; round++) {
    for (const tool of rotate(tools, round)) await measure(tool);
    floor.push(await measureProcess(FLOOR));
  }
  for (const tool of roundTripMs === 0 ? tools : []) {
    const { roundTrips = Number.NaN } = await runs.run(tool, which, COUNTED_AT_MS);
    counts.get(tool)?.push(roundTrips);
  }
  return {
    ...{ case: which.id, title: which.title, roundTripMs, floor },
    entries: tools.map((tool) => ({
      tool: tool.name,
      costs: costs.get(tool) ?? [],
      roundTrips: Math.round(summarize(counts.get(tool) ?? []).median),
    })),
  };
}

function rotate<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
