import { readDirective } from '../../../runner/src/sql/directive';

test.each<[string, ReturnType<typeof readDirective>['mode']]>([
  ['-- drizzle-gate: no-transaction\nselect 1', 'no-transaction'],
  ['--drizzle-gate:transaction\r\nselect 1', 'transaction'],
  ['\uFEFF\n/* licence */ -- Drizzle-Gate: No-Transaction \nselect 1', 'no-transaction'],
  ['--> statement-breakpoint\n-- drizzle-gate: transaction', 'transaction'],
  ['-- drizzle-gate: transaction\n-- drizzle-gate: transaction\nselect 1', 'transaction'],
  ['-- made with drizzle-gate\nselect 1', undefined],
  ['/* -- drizzle-gate: no-transaction */ select 1', undefined],
  ["select '\n-- drizzle-gate: no-transaction\n'", undefined],
  ['do $$\n-- drizzle-gate: no-transaction\n$$', undefined],
  ['select 1', undefined],
  ['', undefined],
])('%j says %s', (sql, mode) => {
  expect(readDirective(sql)).toEqual({ ...(mode && { mode }), problems: [] });
});

test.each([
  [
    '\n-- drizzle-gate: no-transactions\nselect 1',
    'line 2: "no-transactions" is no directive of drizzle-gate; write transaction, no-transaction or irreversible <reason>',
  ],
  [
    '-- drizzle-gate:\nselect 1',
    'line 1: "" is no directive of drizzle-gate; write transaction, no-transaction or irreversible <reason>',
  ],
  [
    '-- drizzle-gate: transaction\n-- drizzle-gate: no-transaction\nselect 1',
    'line 2: no-transaction contradicts transaction in line 1; keep one of them',
  ],
  [
    'select 1;\n-- drizzle-gate: no-transaction\nselect 2',
    'line 2: the directive stands behind the first statement; move it to the top of the file',
  ],
])('%j can not be followed', (sql, problem) => {
  expect(readDirective(sql)).toEqual({ problems: [problem] });
});

test.each<[string, Omit<ReturnType<typeof readDirective>, 'problems'>]>([
  ['-- drizzle-gate: irreversible Drops PII for good\ndelete from t', { irreversible: 'Drops PII for good' }],
  ['\uFEFF--Drizzle-Gate:IRREVERSIBLE: GDPR, see LEGAL-7 \r\n', { irreversible: 'GDPR, see LEGAL-7' }],
  ['-- drizzle-gate: irreversible A\n-- drizzle-gate: irreversible B\nselect 1', { irreversible: 'A; B' }],
  [
    '-- drizzle-gate: no-transaction\n-- drizzle-gate: irreversible A\nselect 1',
    { mode: 'no-transaction', irreversible: 'A' },
  ],
  ['-- irreversible A\nselect 1', {}],
  ['-- this is irreversible, drizzle-gate: irreversible A\nselect 1', {}],
])('%j declares %j', (sql, expected) => {
  expect(readDirective(sql)).toEqual({ ...expected, problems: [] });
});

test.each([
  [
    '-- drizzle-gate: irreversible\nselect 1',
    'line 1: irreversible has no reason; write -- drizzle-gate: irreversible <reason>, which a refused rollback shows',
  ],
  [
    '-- drizzle-gate: irreversible : \nselect 1',
    'line 1: irreversible has no reason; write -- drizzle-gate: irreversible <reason>, which a refused rollback shows',
  ],
  [
    '-- drizzle-gate: irreversibly A\nselect 1',
    'line 1: "irreversibly A" is no directive of drizzle-gate; write transaction, no-transaction or irreversible <reason>',
  ],
  [
    'select 1;\n-- drizzle-gate: irreversible A',
    'line 2: the directive stands behind the first statement; move it to the top of the file',
  ],
])('%j declares nothing that can be shown', (sql, problem) => {
  expect(readDirective(sql)).toEqual({ problems: [problem] });
});

test('all problems are told at once', () => {
  const sql = '-- drizzle-gate: a\n-- drizzle-gate: transaction\n-- drizzle-gate: no-transaction\nselect 1';
  expect(readDirective(sql).problems).toHaveLength(2);
});
