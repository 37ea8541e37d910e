import { parseArgs } from 'node:util';
import { CASES, type Case } from './cases';

export interface Options {
  readonly rounds: number;
  readonly cases: readonly Case[];
  readonly roundTripsMs: readonly number[];
  /** Words of their names; all peers when there are none. */
  readonly peers: readonly string[];
  /** Other bundles of the runner, by the name under which they are shown. */
  readonly bundles: readonly (readonly [name: string, path: string])[];
  /** Whether the server waits for the disk, as it is shipped. */
  readonly isDurable: boolean;
  readonly isJson: boolean;
  readonly isChecked: boolean;
  readonly isWritten: boolean;
  readonly from: string | undefined;
}

const DEFAULT_ROUNDS = 7;

export const USAGE = `usage: npm run bench -- [options]

Builds the runner, installs the tools beside it (bench/package.json) and measures all of them on the same migrations.

  --rounds N           how often each is measured (${DEFAULT_ROUNDS}); medians are shown
  --cases LIST         of ${CASES.map(({ id }) => id).join(',')} (all)
  --delays LIST        round trip times of the network in ms; 0 is none (0,10)
  --peers LIST         words of the names of those to compare with, "none" for nobody and no installation (all)
  --bundle NAME=PATH   another bundle of the runner beside the one that is built; can be given again
  --no-fsync           the server does not wait for the disk, where that is busy with other things
  --json               writes all numbers to standard output
  --from FILE          measures nothing; reads what --json has written
  --write-docs         writes docs/benchmarks.md and its pictures
  --check              ends with 1 when one of the ratios that are promised is missed
`;

/** @throws Error that says which option is wrong, and how. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      cases: { type: 'string', default: CASES.map(({ id }) => id).join(',') },
      delays: { type: 'string', default: '0,10' },
      peers: { type: 'string', default: '' },
      bundle: { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
      'no-fsync': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds ${JSON.stringify(values.rounds)} is no count; give 1 or more`);
  }
  return {
    rounds,
    cases: listOf(values.cases).map(caseNamed),
    roundTripsMs: listOf(values.delays).map(milliseconds),
    peers: listOf(values.peers),
    bundles: values.bundle.map(namedBundle),
    isDurable: !values['no-fsync'],
    isJson: values.json,
    isChecked: values.check,
    isWritten: values['write-docs'],
    from: values.from,
  };
}

const listOf = (text: string) => text.split(',').filter(Boolean);

function caseNamed(id: string): Case {
  const found = CASES.find((each) => each.id === id);
  if (found) return found;
  throw new Error(
    `--cases ${JSON.stringify(id)} is none; name some of ${CASES.map((each) => each.id).join(', ')}`,
  );
}

function milliseconds(text: string): number {
  const number = Number(text);
  if (number >= 0 && number <= 1000) return number;
  throw new Error(`--delays ${JSON.stringify(text)} is no round trip time; give milliseconds from 0 to 1000`);
}

function namedBundle(text: string): readonly [string, string] {
  const [, name, path] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name && path) return [name, path];
  throw new Error(`--bundle ${JSON.stringify(text)} names no file; give NAME=PATH`);
}
