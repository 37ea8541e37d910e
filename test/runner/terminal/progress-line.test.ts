import { setTimeout as sleep } from 'node:timers/promises';
import { Activity } from '../../../runner/src/activity/activity';
import { GateError } from '../../../runner/src/errors/gate-error';
import { ProgressLine } from '../../../runner/src/terminal/progress-line';
import { renderElapsed } from '../../../runner/src/terminal/render-elapsed';
import { RunProgress } from '../../../runner/src/terminal/run-progress';
import { screenFor } from '../../../runner/src/terminal/screen';
import { ScreenEmulator } from './screen-emulator';

const RUN = { kind: 'run', command: 'migrate' } as const;
const unitOf = (migrations: string[], later = 0, way: 'apply' | 'undo' = 'apply') =>
  ({ kind: 'unit', way, mode: 'transactional', migrations, later }) as const;
const migrationOf = (migration: string, statements = 1, way: 'apply' | 'undo' = 'apply') =>
  ({ kind: 'migration', way, migration, file: `${migration}.sql`, statements }) as const;
const opened = (part: Parameters<RunProgress['began']>[0]['part'], startedAt = 0) => ({
  ...{ part, startedAt, rows: 0 },
});

describe('the words of the line', () => {
  test('which migration and which statement of how many, since when, and what was seen', () => {
    const progress = new RunProgress();
    expect(progress.text(0)).toBe('');
    const first = opened(unitOf(['0000_a', '0001_b'], 2));
    progress.began(first);
    expect(progress.text(3000)).toBe('applying 2 migrations · 3 s');
    const migration = opened(migrationOf('0001_b', 7), 1000);
    progress.began(migration);
    expect(progress.text(3000)).toBe('applying 0001_b (2 of 4) · 2 s');
    progress.statement({ number: 3, text: '', startedAt: 2000 });
    expect(progress.text(3000)).toBe('applying 0001_b (2 of 4) · statement 3 of 7 · 1 s');
    progress.saw({
      progress: { phase: 'building index', done: 43, total: 99 },
      waitsFor: ['pid 12', 'pid 7'],
    });
    expect(progress.text(67_000)).toBe(
      'applying 0001_b (2 of 4) · statement 3 of 7 · 1 min 5 s · waits for pid 12, pid 7, 43 %, building index',
    );
    progress.saw({ wait: { type: 'IO', event: 'DataFileRead' } });
    expect(progress.text(2000)).toMatch(/ · waits for IO DataFileRead$/);
    progress.saw({
      wait: { type: 'IO', event: 'DataFileRead' },
      progress: { phase: 'sorting', done: 0, total: 0 },
    });
    expect(progress.text(2000)).toMatch(/ · 0 s · sorting$/);
    progress.saw({});
    expect(progress.text(2000)).toMatch(/ · 0 s$/);
  });

  test('what was seen of a statement is not said of the next', () => {
    const progress = new RunProgress();
    progress.began(opened(unitOf(['0000_a'])));
    progress.began(opened(migrationOf('0000_a', 2)));
    progress.statement({ number: 1, text: '', startedAt: 0 });
    progress.saw({ waitsFor: ['pid 12'] });
    progress.statement(undefined);
    progress.statement({ number: 2, text: '', startedAt: 0 });
    expect(progress.text(0)).toBe('applying 0000_a · statement 2 of 2 · 0 s');
  });

  test('a later unit goes on counting; one that is void counts nothing', () => {
    const progress = new RunProgress();
    const units = [opened(unitOf(['0000_a', '0001_b'], 1)), opened(unitOf(['0002_c'], 0, 'undo'))] as const;
    progress.began(units[0]);
    progress.ended(units[0], { outcome: 'stale' });
    progress.began(units[0]);
    progress.ended(units[0], { outcome: 'succeeded' });
    expect(progress.text(0)).toBe('');
    progress.began(units[1]);
    progress.began(opened(migrationOf('0002_c', 1, 'undo')));
    expect(progress.text(0)).toBe('undoing 0002_c (3 of 3) · 0 s');
  });

  test.each([
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min 0 s'],
    [3_600_000 * 2 + 60_000 * 10, '2 h 10 min'],
  ])('%d ms', (milliseconds, expected) => {
    expect(renderElapsed(milliseconds)).toBe(expected);
  });
});

describe('the line on a terminal', () => {
  const lineOn = (screen: ScreenEmulator) =>
    new ProgressLine(screen, { redact: (text) => text.replace('secret', '***') });

  const migrate = (activity: Activity, tag: string, milliseconds: number, during?: () => void) =>
    activity.during(RUN, () =>
      activity.during(unitOf([tag]), () =>
        activity.during(migrationOf(tag), async () => {
          await sleep(milliseconds / 2);
          during?.();
          await sleep(milliseconds / 2);
        }),
      ),
    );

  test('a quick run writes nothing at all', async () => {
    const screen = new ScreenEmulator(80);
    const activity = new Activity();
    activity.follow(lineOn(screen));
    await migrate(activity, '0000_a', 200);
    await sleep(600);
    expect(screen.written).toEqual([]);
  });

  test('it is drawn, stays below what is written, and is gone when the run ends', async () => {
    const screen = new ScreenEmulator(80);
    const activity = new Activity();
    const line = lineOn(screen);
    activity.follow(line);
    const write = line.above((text) => void screen.write(text));
    let seen: string[] = [];
    await migrate(activity, '0000_secret\n\u001b[31m', 1800, () => {
      write('event\n');
      seen = screen.lines;
    });
    expect(seen).toEqual(['event', 'applying 0000_*** \\u001b[31m · 0 s']);
    expect(screen.lines).toEqual(['event', '']);
    await sleep(300);
    expect(screen.lines).toEqual(['event', '']);
  });

  test('it is gone when the run fails, also where a part stays open', async () => {
    const screen = new ScreenEmulator(80);
    const activity = new Activity();
    activity.follow(lineOn(screen));
    const stuck = new Promise<never>(() => undefined);
    const run = activity.during(RUN, () =>
      Promise.race([
        activity.during(unitOf(['0000_a']), () => stuck),
        sleep(900).then(() => Promise.reject(new GateError('INTERNAL', 'stray'))),
      ]),
    );
    await expect(run).rejects.toThrow('stray');
    expect(screen.written.length).toBeGreaterThan(1);
    expect(screen.lines).toEqual(['']);
    const { length } = screen.written;
    await sleep(500);
    expect(screen.written).toHaveLength(length);
  });

  test.each([
    ['no terminal', { isTTY: false }, 'text', {}],
    ['JSON', { isTTY: true }, 'json', {}],
    ['a terminal that can not move its cursor', { isTTY: true }, 'text', { TERM: 'dumb' }],
    ['forced colours, without a terminal', {}, 'text', { FORCE_COLOR: '1' }],
  ] as const)('there is none for %s', (_name, stream, format, env) => {
    const { line, palette } = screenFor({ ...stream, write: () => true }, format, env);
    expect(line).toBeUndefined();
    expect(palette.failure('x') === 'x').toBe(!('FORCE_COLOR' in env));
  });

  test('there is one on a terminal, with NO_COLOR too', () => {
    const screen = screenFor({ isTTY: true, write: () => true }, 'text', { NO_COLOR: '1' });
    expect(screen.line).toBeDefined();
    expect(screen.palette.failure('x')).toBe('x');
  });
});
