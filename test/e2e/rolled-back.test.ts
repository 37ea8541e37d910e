import { expectCode } from './support/command';
import { NOTES, ORDERS } from './support/migrations';
import { type Scenario, withScenario } from './support/scenario';

async function deployed(it: Scenario) {
  const release = it.release([ORDERS, NOTES]);
  expectCode(await it.deploy(release), 0);
  await it.sql`insert into orders values (1, 'a note that a rollback loses')`;
  return release;
}

const tokenIn = (output: string) => /--confirm[= ]([0-9a-z-]+)/.exec(output)?.[1] ?? 'no token';
const rollback = (file: string, ...args: string[]) => [
  'rollback',
  'run',
  '--to',
  ORDERS.tag,
  '--file',
  file,
  ...args,
];

test('rollback refused (85): the loss and the token are shown, nothing is undone', () =>
  withScenario('rollback-refused', async (it) => {
    const release = await deployed(it);
    const ended = await it.run(...rollback(release.rollback));
    const { output } = ended;
    expect(output).toContain('note');
    expect(tokenIn(output)).not.toBe('no token');
    expectCode(ended, 85);
    expect(await it.applied()).toBe(2);
    expectCode(await it.run(...rollback(release.rollback, '--confirm', 'wrong')), 85);
    expect(await it.applied()).toBe(2);
  }));

test('deploy, rollback, the same deploy again: each is done, and the last is no matter of the first Job', () =>
  withScenario('rollback', async (it) => {
    const release = await deployed(it);
    const plan = await it.run(...rollback(release.rollback));
    const done = await it.run(...rollback(release.rollback, '--confirm', tokenIn(plan.output)));
    expect(done.output).toContain('0001_notes');
    expectCode(done, 0);
    expect(await it.applied()).toBe(1);
    const columns =
      await it.sql`select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'orders'`;
    expect(columns.map(({ name }) => name)).toEqual(['id']);
    const again = await it.deploy(release);
    expect(again.output).toContain('0001_notes');
    expectCode(again, 0);
    expect(await it.applied()).toBe(2);
  }));
