import { EventEmitter } from 'node:events';
import { duringLogin } from '../../../runner/src/database/open-logins';
import { strayFailure } from '../../../runner/src/errors/stray-failure';

const failed = (event: string, error: unknown) => {
  const source = new EventEmitter();
  const failure = strayFailure(source);
  source.emit(event, error);
  return failure;
};

test.each(['unhandledRejection', 'uncaughtException'])('%s is a fault of the runner', async (event) => {
  await expect(failed(event, new TypeError('x'))).rejects.toMatchObject({ exitCode: 70 });
});

test('before the login it is the server that can not be understood, and afterwards no more', async () => {
  let finish = () => {};
  const login = duringLogin(
    new Promise<void>((resolve) => {
      finish = resolve;
    }),
  );
  await expect(failed('unhandledRejection', new TypeError('x'))).rejects.toMatchObject({ exitCode: 69 });
  finish();
  await login;
  await expect(failed('unhandledRejection', new TypeError('x'))).rejects.toMatchObject({ exitCode: 70 });
});
