import type { CommandName } from '../../core/contract';

const HOUR = 3600;
/** End of the week, in seconds since 1970; a multiple of every window. */
export const NOW = Date.UTC(2026, 2, 8, 12) / 1000;

/** One run of the runner, as its metrics tell of it. */
export interface SampleRun {
  readonly command: CommandName;
  /** Seconds since 1970. */
  readonly start: number;
  readonly seconds: number;
  /** Absent while it runs. */
  readonly exitCode: number | undefined;
  readonly applied: number;
  readonly pending: number;
  readonly last: string;
  readonly migrations: readonly { name: string; way: 'apply' | 'undo'; seconds: number; outcome: string }[];
  /** Seconds. */
  readonly lockWaits: readonly { lock: 'migration' | 'statement'; obtained: boolean; seconds: number }[];
  readonly retries: { readonly lock: number; readonly connection: number };
}

export interface SampleJob {
  readonly namespace: string;
  readonly environment: string;
  readonly database: string;
  readonly name: string;
  /** Days that it stays after its end. */
  readonly kept: number;
  readonly runs: readonly SampleRun[];
}

export const endOf = ({ start, seconds }: SampleRun) => start + seconds;
export const outcomeOf = ({ exitCode }: SampleRun) => (exitCode === 0 ? 'succeeded' : 'failed');
export const isFailed = ({ runs }: SampleJob) => runs.at(-1)?.exitCode !== 0 && !isRunning({ runs });
export const isRunning = ({ runs }: Pick<SampleJob, 'runs'>) => runs.at(-1)?.exitCode === undefined;

const SHOP = { namespace: 'shop', environment: 'production', database: 'shop', kept: 4 };
const BILLING = { namespace: 'billing', environment: 'production', database: 'billing', kept: 4 };
const STAGING = { namespace: 'shop-staging', environment: 'staging', database: 'shop', kept: 2 };

type Given = Partial<SampleRun> & Pick<SampleRun, 'applied' | 'last'>;

/** A check and what comes after it, so many hours before the end of the week. */
function attempt(hoursAgo: number, command: 'migrate' | 'rollback', given: Given): SampleRun[] {
  const start = NOW - hoursAgo * HOUR;
  const none = { pending: 0, migrations: [], lockWaits: [], retries: { lock: 0, connection: 0 } };
  const check = command === 'migrate' ? 'preflight' : 'rollback-preflight';
  const { applied, last } = given;
  const looked = { ...none, applied, last, command: check, start, seconds: 1.5, exitCode: 0 } as const;
  return [looked, { ...none, command, start: start + 4, seconds: 3, exitCode: 0, ...given }];
}

function refused(hoursAgo: number, given: Given): SampleRun[] {
  const [check] = attempt(hoursAgo, 'migrate', given);
  return check ? [{ ...check, exitCode: 80, pending: 1 }] : [];
}

const applies = (name: string, seconds: number, outcome = 'succeeded') => ({
  migrations: [{ name, way: 'apply' as const, seconds, outcome }],
  seconds: seconds + 1,
});
const undoes = (name: string, seconds: number) => ({
  migrations: [{ name, way: 'undo' as const, seconds, outcome: 'succeeded' }],
  seconds: seconds + 1,
});
const job = (place: typeof SHOP, name: string, ...runs: SampleRun[]): SampleJob => ({ ...place, name, runs });

const staging = (hoursAgo: number, number: number, name: string): SampleJob =>
  job(
    STAGING,
    `db-migration-5${number}`,
    ...attempt(hoursAgo, 'migrate', { applied: number, last: name, ...applies(name, number / 4) }),
  );

/** A week of three databases, with everything that can happen to them. */
export const WEEK: readonly SampleJob[] = [
  job(
    SHOP,
    'db-migration-1a',
    ...attempt(149, 'migrate', {
      ...{ applied: 13, last: '0013_order_status' },
      ...applies('0013_order_status', 4.2),
    }),
  ),
  job(
    SHOP,
    'db-migration-1b',
    ...attempt(96, 'migrate', {
      ...{ applied: 13, pending: 1, last: '0013_order_status', exitCode: 75, seconds: 41 },
      lockWaits: [{ lock: 'statement', obtained: false, seconds: 30 }],
      retries: { lock: 5, connection: 0 },
    }),
    ...attempt(95.8, 'migrate', {
      ...{ applied: 14, last: '0014_order_index', ...applies('0014_order_index', 1480) },
      lockWaits: [
        { lock: 'statement', obtained: true, seconds: 12 },
        { lock: 'migration', obtained: true, seconds: 7 },
      ],
      retries: { lock: 1, connection: 0 },
    }),
  ),
  job(
    SHOP,
    'db-migration-1c',
    ...attempt(50, 'migrate', { applied: 15, last: '0015_drop_notes', ...applies('0015_drop_notes', 2.4) }),
  ),
  job(
    SHOP,
    'db-rollback-1d',
    ...attempt(47, 'rollback', { applied: 14, last: '0014_order_index', ...undoes('0015_drop_notes', 5.5) }),
  ),
  job(
    SHOP,
    'db-migration-1e',
    ...attempt(26, 'migrate', { applied: 15, last: '0015_keep_notes', ...applies('0015_keep_notes', 3.1) }),
  ),
  job(
    SHOP,
    'db-migration-1f',
    ...attempt(0.5, 'migrate', { applied: 15, pending: 1, last: '0015_keep_notes', exitCode: undefined }),
  ),
  job(
    BILLING,
    'db-migration-2a',
    ...attempt(120, 'migrate', { applied: 7, last: '0007_vat', ...applies('0007_vat', 0.8) }),
  ),
  job(
    BILLING,
    'db-migration-2b',
    ...attempt(12, 'migrate', {
      ...{ applied: 7, pending: 1, last: '0007_vat', exitCode: 82 },
      ...applies('0008_not_null', 2.2, 'failed'),
    }),
  ),
  staging(160, 12, '0012_addresses'),
  staging(143, 13, '0013_order_status'),
  staging(118, 14, '0014_order_index'),
  job(STAGING, 'db-migration-5x', ...refused(72, { applied: 14, last: '0014_order_index' })),
  staging(70, 15, '0015_drop_notes'),
  job(
    STAGING,
    'db-rollback-5y',
    ...attempt(46, 'rollback', { applied: 14, last: '0014_order_index', ...undoes('0015_drop_notes', 5) }),
  ),
  job(
    STAGING,
    'db-migration-5z',
    ...attempt(30, 'migrate', {
      ...{ applied: 14, pending: 1, last: '0014_order_index', exitCode: 69, seconds: 22 },
      retries: { lock: 0, connection: 4 },
    }),
    ...attempt(29.8, 'migrate', {
      ...{ applied: 15, last: '0015_keep_notes', ...applies('0015_keep_notes', 3.5) },
      retries: { lock: 0, connection: 2 },
    }),
  ),
];
