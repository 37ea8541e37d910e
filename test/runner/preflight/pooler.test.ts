import { planUnits } from '../../../runner/src/migrate/plan-units';
import { checkPooler } from '../../../runner/src/preflight/checks/pooler';

const unitsOf = (...scripts: string[]) =>
  planUnits(
    scripts.map((sql, index) => ({ tag: `000${index}_x`, sql, hash: String(index), when: index })) as never,
  );

test('through a pooler only what is one transaction passes', async () => {
  const one = await unitsOf('create table a ();');
  expect(checkPooler({ pooled: false }, one)).toEqual([]);
  expect(checkPooler({ pooled: true }, one)).toMatchObject([{ outcome: 'pass' }]);
  const both = await unitsOf('create table a ();', 'vacuum;', 'begin; select 1; commit;');
  expect(checkPooler({ pooled: false }, both)).toEqual([]);
  expect(checkPooler({ pooled: true }, both)).toMatchObject([
    { outcome: 'refuse', exit: 'PREFLIGHT', remedy: expect.stringMatching(/directly/) },
    { outcome: 'refuse', message: expect.stringMatching(/^0002_x/) },
  ]);
});
