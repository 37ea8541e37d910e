import { cpus } from 'node:os';
import { startEmbeddedServer } from '../../cli/src/server/embedded-server';
import { readOptions, readRounds } from '../support/read-options';
import { type Reaction, reactToJob } from './deploy-reaction';
import { reactToSchema } from './wait-reaction';

/** What the gate promises: an answer within a second of the Job's end. */
const MOST_MS = 1000;
/** The waiter's longest pause is 5 s and a fifth; the look and the end of the process come on top. */
const MOST_WAIT_MS = 7000;
/** How long the schema was waited for: at first it is looked at every second, later every five. */
const WAITED_MS = [1000, 20_000] as const;

const USAGE = 'usage: npm run bench:reaction -- [--rounds N] [--json] [--check]';

const values = readOptions(USAGE, {
  rounds: { type: 'string', default: '10' },
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
});
const rounds = readRounds(values.rounds, USAGE);

interface Row {
  readonly name: string;
  readonly most: number;
  readonly ms: readonly number[];
}

const rows: Row[] = [...(await jobs()), ...(await schemas())];
const table = rows.map(({ name, most, ms }) => {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN);
  return { name, median: at(0.5), least: at(0), most: at(1), bound: most };
});
const missed = table.filter(({ median, bound }) => !(median <= bound));
if (values.json) {
  const about = { node: process.version, cores: cpus().length, rounds };
  console.log(JSON.stringify({ ...about, reactions: table }, undefined, 2));
} else {
  console.log(
    `milliseconds of ${rounds} runs each, Node ${process.version}, ${cpus().length} cores; bound of the median`,
  );
  console.table(Object.fromEntries(table.map(({ name, ...row }) => [name, row])));
}
if (values.check && missed.length > 0) process.exitCode = 1;

async function jobs(): Promise<Row[]> {
  const all = {
    'the Job succeeded': [] as Reaction[],
    'the Job failed': [] as Reaction[],
    'the Job failed, its log is still open': [] as Reaction[],
  };
  for (let round = 0; round < rounds; round += 1) {
    all['the Job succeeded'].push(await reactToJob('success'));
    all['the Job failed'].push(await reactToJob('failing-sql'));
    all['the Job failed, its log is still open'].push(await reactToJob('failing-sql', true));
  }
  return Object.entries(all).flatMap(([how, reactions]) => [
    {
      ...{ name: `deploy: ${how}, until the verdict is told`, most: MOST_MS },
      ms: reactions.map(({ toldMs }) => toldMs),
    },
    {
      ...{ name: `deploy: ${how}, until the process has ended`, most: MOST_MS },
      ms: reactions.map(({ exitMs }) => exitMs),
    },
  ]);
}

/** All at once: nearly all of each is waiting, and each commits at another moment of the waiter's pause. */
async function schemas(): Promise<Row[]> {
  const server = await startEmbeddedServer();
  process.env.TEST_SERVER_URL = server.url('postgres');
  try {
    const found: Row[] = [];
    for (const waited of WAITED_MS) {
      const ms = await Promise.all(
        Array.from({ length: rounds }, (_, index) => reactToSchema(waited + (5000 * index) / rounds)),
      );
      found.push({
        name: `wait: COMMIT after ${waited / 1000} s, until the process has ended`,
        most: MOST_WAIT_MS,
        ms,
      });
    }
    return found;
  } finally {
    await server.stop();
  }
}
