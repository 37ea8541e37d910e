import { BY_VARIABLES, callerOf } from '../../runner/src/rollback/caller';

test('who typed drizzle-gate is told flags, and the whole command to run', () => {
  const caller = callerOf({ commandLine: 'drizzle-gate rollback run --to 0000' });
  expect(caller).toMatchObject({ target: '--to', token: 'the token', discard: '--discard' });
  expect(caller.withToken('t-1')).toBe('run: drizzle-gate rollback run --to 0000 --confirm t-1');
  expect(caller.withTarget('empty')).toBe('give --to empty');
  expect(caller.hasShownPlan).toBe(true);
  expect(callerOf({ commandLine: 'drizzle-gate rollback kept' }).hasShownPlan).toBe(false);
});

test.each([undefined, '', 'drizzle-gate status'])('a call by %j is told variables', (commandLine) => {
  expect(callerOf({ commandLine })).toBe(BY_VARIABLES);
});
