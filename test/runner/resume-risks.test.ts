import { readJournal } from '../../core/journal';
import { planUnits } from '../../runner/src/migrate/plan-units';
import { resumeRisks } from '../../runner/src/migrate/resume-risks';
import { migrationsFolder } from '../support/migrations-folder';

test.each<[string, string, number[]]>([
  ['in the transaction in front', 'do $$ begin end $$; commit;', []],
  ['outside a transaction', 'commit; call p(); begin; call p(); commit; do $$ begin end $$;', [2, 6]],
  ['in a chained transaction', 'commit and chain; call p(); rollback;', []],
  ['with the directive', '-- drizzle-gate: no-transaction\ncall p();', [1]],
])('what may commit inside is a risk where it can: %s', async (_name, sql, expected) => {
  const [unit] = await planUnits(readJournal(migrationsFolder([{ tag: '0000_file', sql }])).migrations);
  const risks = unit?.migrations.flatMap(resumeRisks) ?? [];
  expect(risks.map(({ statement }) => statement.number)).toEqual(expected);
});
