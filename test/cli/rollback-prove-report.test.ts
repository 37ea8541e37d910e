import { pathFrom, renderAnnotation } from '../../cli/src/report/annotations';
import type { Proof, ProofReport } from '../../cli/src/rollback/prove/proof';
import { NOT_RUN } from '../../cli/src/rollback/prove/proof';
import { toDocument } from '../../cli/src/rollback/prove/report/json';
import { progressPrinter } from '../../cli/src/rollback/prove/report/progress';
import { renderSummary } from '../../cli/src/rollback/prove/report/step-summary';
import { renderFinding, renderTable, renderVerdict } from '../../cli/src/rollback/prove/report/text';
import { destructiveStatements } from '../../cli/src/rollback/prove/script-comments';
import { findManualComments } from '../../runner/src/sql/manual-comments';

const proofOf = (tag: string, rest: Partial<Proof>): Proof => ({
  migration: { tag, path: `/repo/db/${tag}.sql`, file: `${tag}.sql` } as Proof['migration'],
  ...{ state: 'proven', steps: NOT_RUN, problems: [], warnings: [], columnOrder: [], milliseconds: 1234 },
  ...rest,
});

const ALL_YES = { up: 'yes', down: 'yes', restored: 'yes', again: 'yes', rows: 'yes' } as const;
const REPORT: ProofReport = {
  proofs: [
    proofOf('0000_one', { steps: ALL_YES, script: '/repo/db/rollback/0000_rollback.sql' }),
    proofOf('0001_two', {
      steps: { ...ALL_YES, restored: 'no' },
      state: 'failed',
      problems: [{ message: 'it | is <wrong>', detail: '- table x\n```' }],
    }),
    proofOf('0002_three', { state: 'irreversible', reason: 'rows are merged' }),
  ],
  range: { from: '0001_two', to: '0000_one', state: 'proven', problems: [], milliseconds: 9 },
};

test('an annotation has what GitHub cuts at escaped, and its path from the root of the repository', () => {
  const finding = {
    ...{ message: '100% wrong: a,b', detail: '- one\n- two', remedy: 'do it' },
    ...{ path: '/repo/my db/a,b:c.sql', line: 7 },
  };
  expect(renderAnnotation('error', finding, { title: 'drizzle-gate rollback prove', root: '/repo' })).toBe(
    '::error file=my db/a%2Cb%3Ac.sql,line=7,title=drizzle-gate rollback prove::100%25 wrong: a,b%0A- one%0A- two%0A→ do it',
  );
});

test('a file outside of the repository gets no place in it', () => {
  expect(pathFrom('/repo', '/elsewhere/a.sql')).toBeUndefined();
  expect(
    renderAnnotation(
      'warning',
      { message: 'm', path: '/elsewhere/a.sql', line: 1 },
      { title: 'a: b', root: '/repo' },
    ),
  ).toBe('::warning title=a%3A b::m');
});

test('the table fits 100 columns, also with the longest tag and with rows', () => {
  const long = proofOf(`0003_${'long_'.repeat(30)}`, { milliseconds: 123_456 });
  const lines = renderTable([...REPORT.proofs, long], true).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.find((line) => line.includes('0001_two'))).toMatch(/✗.*✓.*✓.*✗.*✓.*✓.*1234/);
  expect(lines[1]).toContain('rows');
  expect(renderTable(REPORT.proofs, false)).not.toContain('rows');
});

test('the verdict counts what is proven, declared and not, and says what the range did', () => {
  expect(renderVerdict(REPORT)).toBe(
    '1 of 3 migrations proven, 1 declared irreversible, 1 NOT proven\n' +
      '0001_two back to 0000_one in one go: proven (9 ms)\nproof FAILED',
  );
});

test('a long difference is cut in words for people, with where the rest is', () => {
  const text = renderFinding('✗', { message: 'm', detail: Array(100).fill('line').join('\n') });
  expect(text.split('\n')).toHaveLength(62);
  expect(text).toContain('… and 40 lines more; --json has all');
});

test('the summary is Markdown that no text of the finding can break', () => {
  const summary = renderSummary(REPORT, false);
  expect(summary).toContain('| ✅ | 0000\\_one | ✅ | ✅ | ✅ | ✅ | 1234 |');
  expect(summary).toContain('<summary>it | is &lt;wrong></summary>');
  expect(summary).toContain('````diff\n- table x\n```\n````');
});

test('the document has every migration with state, steps and files', () => {
  expect(toDocument(REPORT, 'db')).toMatchObject({
    ...{ ok: false, folder: 'db', proven: 1, failed: 1, irreversible: 1 },
    migrations: [
      { tag: '0000_one', state: 'proven', steps: ALL_YES, columnOrder: [] },
      { tag: '0001_two', state: 'failed', script: null },
      { tag: '0002_three', state: 'irreversible', irreversible: 'rows are merged' },
    ],
    range: { state: 'proven' },
  });
});

test('MANUAL and DESTRUCTIVE are read from comments, not from strings and bodies', () => {
  const script = `-- MANUAL: put the old names back
select '-- MANUAL: not this';
do $$ begin
  -- MANUAL: nor this
end $$;
  -- DESTRUCTIVE: paused matches become active
update matches set status = 'active';
delete from other; -- MANUAL: and here
--   with a second line
-- and a comment
--   of its own`;
  expect(findManualComments(script)).toEqual([
    { line: 1, text: 'put the old names back' },
    { line: 8, text: 'and here with a second line' },
  ]);
  expect(destructiveStatements(script)).toEqual([`update matches set status = 'active'`]);
});

test('a line tells of each proof when it ends, so that a long run is no silence', () => {
  const lines: string[] = [];
  const printer = progressPrinter((line) => lines.push(line));
  printer.begin(REPORT.proofs.map(({ migration }) => migration));
  for (const proof of REPORT.proofs) printer.proof(proof);
  printer.end(REPORT);
  expect(lines).toEqual([
    '✓ 1 of 3: 0000_one (1.2 s)',
    '✗ 2 of 3: 0001_two (1.2 s)',
    '· 3 of 3: 0002_three (1.2 s)',
  ]);
});
