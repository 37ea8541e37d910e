import dns from 'node:dns';
import { jest } from '@jest/globals';
import type { Connection } from '../../../runner/src/config/connection';
import { type Attempt, newAttempt } from '../../../runner/src/database/attempt';
import { networkError, timeoutError } from '../../../runner/src/database/network-error';
import { openSocket } from '../../../runner/src/database/open-socket';
import { withServer } from '../../support/tls-server';

function connectionTo(host: string, port = 5432): Connection {
  return {
    ...{ host, port, database: 'app', user: 'me', password: undefined, login: { kind: 'password' } },
    tls: {
      ...{
        mode: 'disable',
        negotiation: 'postgres',
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        sni: true,
      },
    },
  };
}
const at = (stage: Attempt['stage'], more: Partial<Attempt> = {}): Attempt => ({
  ...newAttempt(),
  ...{ stage, addresses: ['10.1.2.3'], openings: 1 },
  ...more,
});
const coded = (code: string) => Object.assign(new Error(code), { code });

afterEach(() => jest.restoreAllMocks());

test('a name server that does not answer is told as that, and not as TCP', async () => {
  jest.spyOn(dns, 'lookup').mockImplementation((() => undefined) as never);
  await expect(openSocket(connectionTo('db.test'), newAttempt(), 200)).rejects.toMatchObject({
    exit: 'UNAVAILABLE',
    message: 'DNS: the host name "db.test" was not resolved within 0.2 s (DNS_TIMEOUT)',
    remedy: expect.stringMatching(/NetworkPolicy reach the cluster's DNS \(port 53, UDP and TCP\)/),
  });
});

test('the addresses of a name that were tried are told', async () => {
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ];
  jest
    .spyOn(dns, 'lookup')
    .mockImplementation(((_host: string, _options: object, done: (...found: unknown[]) => void) =>
      setImmediate(done, null, addresses)) as never);
  const { message } = await openSocket(connectionTo('db.test', 1), newAttempt(), 2000).catch((e) => e);
  expect(message).toBe('TCP: db.test:1 (127.0.0.1, 127.0.0.2) refuses connections (ECONNREFUSED)');
});

test('the address to which a connection leads is known', () =>
  withServer(
    () => undefined,
    async (port) => {
      const attempt = newAttempt();
      (await openSocket(connectionTo('localhost', port), attempt, 2000)).destroy();
      expect(attempt).toMatchObject({ stage: 'login', tls: undefined, peer: { host: '127.0.0.1', port } });
    },
  ));

test.each<[string, () => unknown, RegExp, RegExp]>([
  [
    'nobody answers at the address of a name',
    () => networkError(coded('ETIMEDOUT'), connectionTo('db'), at('tcp')),
    /^TCP: db:5432 \(10.1.2.3\) does not answer \(ETIMEDOUT\)$/,
    /NetworkPolicy: its peers must contain 10.1.2.3$/,
  ],
  [
    'nobody answers at an address',
    () => networkError(coded('EHOSTUNREACH'), connectionTo('10.9.9.9'), at('tcp', { addresses: [] })),
    /^TCP: 10.9.9.9:5432 does not answer/,
    /must contain 10.9.9.9$/,
  ],
  [
    'time is over in TCP',
    () => timeoutError(connectionTo('db'), at('tcp', { addresses: ['10.1.2.3', 'fd00::1'] }), 10_000),
    /^TCP: db:5432 \(10.1.2.3, fd00::1\) does not answer \(CONNECT_TIMEOUT\)$/,
    /must contain 10.1.2.3 and fd00::1$/,
  ],
  [
    'one of several addresses refuses',
    () =>
      networkError(
        new AggregateError([coded('ETIMEDOUT'), coded('ECONNREFUSED')]),
        connectionTo('db'),
        at('tcp'),
      ),
    /refuses connections \(ECONNREFUSED\)/,
    /some network plugins also refuse/,
  ],
  [
    'a sidecar that does not listen',
    () => networkError(coded('ECONNREFUSED'), connectionTo('127.0.0.1'), at('tcp')),
    /^TCP: 127.0.0.1:5432 refuses/,
    /^start the proxy sidecar \(kubectl logs/,
  ],
  [
    'a sidecar that hangs up',
    () => timeoutError(connectionTo('localhost'), at('login', { openings: 3 }), 1000),
    /^server: localhost:5432 closes every connection before the login$/,
    /^look at the log of the proxy sidecar/,
  ],
  [
    'a login that does not end',
    () => timeoutError(connectionTo('db'), at('login'), 1000),
    /^server: db:5432 takes the connection, but does not finish the login within 1 s$/,
    /^look at the server/,
  ],
])('%s', (_name, make, message, remedy) => {
  expect(make()).toMatchObject({
    exit: 'UNAVAILABLE',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});
