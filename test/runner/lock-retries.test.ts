import { GateError } from '../../runner/src/errors/gate-error';
import { withLockRetries } from '../../runner/src/migrate/lock-retries';
import { runContext } from '../support/run-context';

const WHERE = {
  ...{ migration: '0003_alter', sqlstate: '55P03', detail: 'blocked by:\n- pid 7' },
  place: { file: '0003_alter.sql', line: 1, column: 1, statement: 1 },
};
const refused = () => Promise.reject(new GateError('TRY_AGAIN', 'the locks were not obtained', WHERE));
const contextWith = (retries: string) =>
  runContext('postgresql://u:p@127.0.0.1:1/d', '/nowhere', { LOCK_RETRIES: retries });

test('a spent budget of locks says after how many attempts', async () => {
  const { context, events } = contextWith('1');
  await expect(withLockRetries(context, refused)).rejects.toMatchObject({
    ...{ exit: 'TRY_AGAIN', message: 'the locks were not obtained, in 2 attempts', ...WHERE },
  });
  expect(events).toMatchObject([{ event: 'unit_retried', attempt: 1 }]);
  const only = withLockRetries(contextWith('0').context, refused);
  await expect(only).rejects.toMatchObject({ message: 'the locks were not obtained' });
});

test('a run that is told to end between two attempts still says what it waited for', async () => {
  const { context } = contextWith('9');
  const signal = AbortSignal.timeout(50);
  await expect(withLockRetries({ ...context, signal }, refused)).rejects.toMatchObject({
    ...{ exit: 'TRY_AGAIN', message: expect.stringMatching(/^interrupted while waiting .* not obtained$/) },
    ...WHERE,
  });
});
