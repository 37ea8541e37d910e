import type { Connection } from '../../../runner/src/config/connection';
import type { SslMode } from '../../../runner/src/config/tls-settings';
import { checkConnectivity } from '../../../runner/src/preflight/checks/connectivity';
import type { ServerFacts } from '../../../runner/src/preflight/server-facts';

function found(mode: SslMode, tls: string | undefined, more: Partial<Connection> = {}): string[] {
  const connection: Connection = {
    ...{
      host: 'db',
      port: 5432,
      database: 'app',
      user: 'me',
      password: 'secret-word',
      login: { kind: 'password' },
    },
    tls: { mode, negotiation: 'postgres', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', sni: true },
    ...more,
  };
  const facts = { user: 'me', milliseconds: 3 } as ServerFacts;
  return checkConnectivity(connection, facts, { tls }).map(
    ({ outcome, message }) => `${outcome}: ${message}`,
  );
}

const here = (how: string) => `pass: db:5432/app as me, ${how}, answered in 3 ms`;

test.each<[SslMode, string | undefined, string[]]>([
  ['verify-full', 'TLSv1.3', [here('with TLS 1.3, its certificate verified')]],
  ['verify-ca', 'TLSv1.2', [here('with TLS 1.2, its certificate verified, but not its name')]],
  ['require', 'TLSv1.3', [here('with TLS 1.3, its certificate not verified')]],
  ['prefer', 'TLSv1.3', [here('with TLS 1.3, its certificate not verified')]],
  ['disable', undefined, [here('without TLS')]],
  [
    'prefer',
    undefined,
    [
      here('without TLS'),
      expect.stringMatching(/^warn: everything goes over the network as plain text/) as never,
    ],
  ],
])('%s with %s', (mode, tls, expected) => {
  expect(found(mode, tls)).toEqual(expected);
});

test('plain text inside the pod is nobody else to read', () => {
  expect(found('prefer', undefined, { host: '127.0.0.1' })).toHaveLength(1);
});

test('an empty password that the server did not ask for is told', () => {
  expect(found('disable', undefined, { password: undefined, emptyPassword: 'PGPASSWORD' })[1]).toMatch(
    /^warn: PGPASSWORD is set but empty, and the server asks for no password/,
  );
});
