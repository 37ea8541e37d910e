import fc from 'fast-check';
import { keepSecret } from '../../runner/src/errors/redact';
import type { TerminationSummary } from '../../runner/src/report/explain-run';
import { MESSAGE_BYTES, renderTerminationMessage } from '../../runner/src/report/termination-message';

const ID = '0b7d8f3e-3c0e-4f6e-9f0a-6d3d3b1a2c11';
const failed: TerminationSummary = {
  ...{ command: 'migrate', outcome: 'failed', exitCode: 82, run_id: ID, duration_ms: 41 },
  ...{ migration: '0003_add_email', sqlstate: '42703' },
  place: { file: '0003_add_email.sql', line: 4, column: 3, statement: 2 },
  message: '0003_add_email.sql:4:3: statement 2: column "x" does not exist (42703 undefined_column)',
  detail: '4 | alter table x\n  |   ^',
  remedy: 'correct the migration and run again',
};

const parts = (summary: TerminationSummary) => {
  const text = renderTerminationMessage(summary);
  const lines = text.split('\n');
  return { text, lines: lines.slice(0, -1), json: JSON.parse(lines.at(-1) ?? '') };
};

test('a failure is explained to a person, line by line, and to programs by the last line', () => {
  const { lines, json } = parts({ ...failed, applied: 2, last: '0002_orders' });
  expect(lines).toEqual([
    'migrate FAILED with exit code 82: a migration failed and its unit was rolled back',
    failed.message,
    '4 | alter table x',
    '  |   ^',
    'What to do: correct the migration and run again',
    'Before it, 2 migrations went in; the last is 0002_orders',
    `Run: ${ID} (run_id of its log lines)`,
  ]);
  expect(json).toEqual({ ...failed, applied: 2, last: '0002_orders' });
});

test('what became of the others is told, and after a long remedy still the run', () => {
  const others = '0001_one, 0002_two of the same transaction were rolled back too; 1 migration not started';
  const { lines } = parts({ ...failed, others, remedy: 'usage '.repeat(500) });
  expect(lines.slice(-2)).toEqual([others, `Run: ${ID} (run_id of its log lines)`]);
});

test('each check that a pre-flight check refused is named', () => {
  const detail = '- privileges: role "app" may not create\n- migration lock: it is held';
  const { lines } = parts({ ...failed, command: 'preflight', exitCode: 80, message: '2 problems', detail });
  expect(lines.slice(0, 4)).toEqual([
    'preflight FAILED with exit code 80: pre-flight check refused',
    '2 problems',
    ...detail.split('\n'),
  ]);
});

const done = { command: 'migrate', outcome: 'succeeded', run_id: ID, duration_ms: 41 } as const;

test.each([
  [
    { applied: 2, last: '0001_two' },
    'migrate succeeded in 41 ms: 2 migrations applied, the last is 0001_two',
  ],
  [{ applied: 0 }, 'migrate succeeded in 41 ms: nothing was pending'],
  [{ applied: 0, duration_ms: 154_400 }, 'migrate succeeded in 2 min 34 s: nothing was pending'],
  [{ command: 'preflight' }, 'preflight succeeded in 41 ms'],
  [{ command: 'rollback', migration_count: 1 }, 'rollback succeeded in 41 ms: 1 migration rolled back'],
])('a success is one line and the JSON: %j', (more, line) => {
  const { lines, json } = parts({ ...done, ...more });
  expect(lines).toEqual([line]);
  expect(json).toEqual({ ...done, ...more });
});

test('a long detail is cut, and then the message; the remedy and the run stay', () => {
  const { lines, json } = parts({ ...failed, detail: 'x'.repeat(5000), message: 'ü'.repeat(4000) });
  expect(lines[1]).toMatch(/^ü{300,}…$/);
  expect(lines.slice(-2)).toEqual([
    'What to do: correct the migration and run again',
    `Run: ${ID} (run_id of its log lines)`,
  ]);
  expect(json).toMatchObject({ exitCode: 82, run_id: ID, place: failed.place });
  expect(json.message).toMatch(/^ü{100,}…$/);
});

test('no part of a secret is left where a text is cut', () => {
  const secret = 'correct-horse-battery-staple';
  keepSecret(secret);
  for (let before = 255; before < 310; before += 1) {
    const { text } = parts({ ...failed, message: `${'x'.repeat(before)}${secret}${'x'.repeat(4000)}` });
    expect(text).not.toContain('correct-');
  }
});

const anyText = fc.string({ unit: 'binary', maxLength: 3000 });

test('whatever it is given, it fits, its last line is JSON, and it speaks to a person first', () => {
  fc.assert(
    fc.property(
      fc.record({
        command: fc.oneof(fc.constant('migrate'), anyText),
        outcome: fc.constantFrom('succeeded', 'failed', 'running'),
        exitCode: fc.integer(),
        message: anyText,
        ...{ detail: anyText, remedy: anyText, last: anyText, migration: anyText, other: anyText },
        applied: fc.nat(),
        migrations: fc.oneof(fc.constant(undefined), fc.array(anyText, { maxLength: 5 })),
      }),
      (given) => {
        const { text, lines, json } = parts({ ...given, run_id: ID } as TerminationSummary);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MESSAGE_BYTES);
        expect(json).toMatchObject({ outcome: given.outcome, exitCode: given.exitCode, run_id: ID });
        expect(lines[0]).not.toMatch(/^\{|^$/);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      },
    ),
    { numRuns: 300 },
  );
});

test('five containers with the longest message stay whole in what the kubelet keeps for a pod', () => {
  expect(MESSAGE_BYTES * 5).toBeLessThanOrEqual(12 * 1024);
});
