import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExtendedKeyUsage } from '@peculiar/x509';
import type { Connection } from '../../../runner/src/config/connection';
import { readSettings } from '../../../runner/src/config/settings';
import type { TlsSettings } from '../../../runner/src/config/tls-settings';
import { type Attempt, newAttempt } from '../../../runner/src/database/attempt';
import { openSocket } from '../../../runner/src/database/open-socket';
import type { GateError } from '../../../runner/src/errors/gate-error';
import {
  type Certificate,
  type CertificateOptions,
  makeAuthority,
  makeCertificate,
  makeRevocationList,
} from '../../support/certificates';
import { withServer, withTlsServer } from '../../support/tls-server';

const HERE = '127.0.0.1';
const [authority, other] = await Promise.all([makeAuthority(), makeAuthority({ name: 'other-ca' })]);
const middle = await makeAuthority({ name: 'middle-ca', authority });
const [old, future, plain] = await Promise.all([
  makeAuthority({ name: 'old-ca', to: -10 }),
  makeAuthority({ name: 'future-ca', from: 10 }),
  makeCertificate({ name: 'no-ca', authority }),
]);
const good = await makeCertificate({ hosts: [HERE, 'localhost'], authority });

const own = await makeCertificate({ hosts: [HERE] });
const [lists, ownList, otherList] = await Promise.all([
  makeRevocationList(authority, []),
  makeRevocationList(authority, [good]),
  makeRevocationList(other, []),
]);

const PLAIN: TlsSettings = {
  ...{ mode: 'require', negotiation: 'postgres', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', sni: true },
};
const TRUSTED: TlsSettings = {
  ...PLAIN,
  ...{ mode: 'verify-full', roots: [authority.cert], rootsFrom: 'PGSSLROOTCERT' },
};

async function open(port: number, tls: TlsSettings, host = HERE, limit = 5000): Promise<Attempt> {
  const connection: Connection = {
    ...{ host, port, tls, database: 'app', user: 'me', password: undefined, login: { kind: 'password' } },
  };
  const attempt = newAttempt();
  const socket = await openSocket(connection, attempt, limit);
  socket.destroy();
  return attempt;
}

const refusal = (opening: Promise<unknown>): Promise<GateError> =>
  opening.then(
    () => Promise.reject(new Error('it was accepted')),
    (error) => error,
  );
const leaf = (options: CertificateOptions = {}) => makeCertificate({ hosts: [HERE], authority, ...options });

describe('a certificate is accepted', () => {
  test.each<[string, () => Promise<readonly [Certificate, ...Certificate[]]>, Partial<TlsSettings>, string?]>(
    [
      ['for an address', async () => [good], {}],
      ['for a name', async () => [good], {}, 'localhost'],
      ['for another host with verify-ca', async () => [await leaf({ hosts: ['x'] })], { mode: 'verify-ca' }],
      ['whatever it is with require', async () => [await leaf({ authority: other, to: -1 })], { ...PLAIN }],
      ['with the intermediate that signed it', async () => [await leaf({ authority: middle }), middle], {}],
      ['that signed itself and is trusted', async () => [own], { roots: [own.cert] }],
      ['that is not on the list of what was revoked', async () => [good], { revocationLists: [lists] }],
    ],
  )('%s', async (_name, chain, tls, host = HERE) => {
    await withTlsServer({ chain: await chain() }, async (port) => {
      expect(await open(port, { ...TRUSTED, ...tls }, host)).toMatchObject({
        tls: 'TLSv1.3',
        stage: 'login',
      });
    });
  });
});

describe('every list of the file counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-crl-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileWith = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const read = (text: string) =>
    readSettings({
      ...{ PGHOST: HERE, PGDATABASE: 'app', PGUSER: 'me', PGSSLMODE: 'verify-full' },
      ...{ PGSSLROOTCERT: fileWith('ca', authority.cert), PGSSLCRL: fileWith('crl', text) },
    }).connection?.tls ?? PLAIN;

  test('the new one of a CA that stands behind its old one', async () => {
    const before = await makeRevocationList(authority, [], 3);
    await withTlsServer({ chain: [good] }, async (port) => {
      const error = await refusal(open(port, read(`${before}${ownList}`)));
      expect(error.message).toMatch(/is revoked \(CERT_REVOKED\)/);
      expect((await refusal(open(port, read(`${ownList}${before}`)))).message).toMatch(/is revoked/);
    });
  });

  test('that of the intermediate behind that of the root', async () => {
    const below = await leaf({ authority: middle });
    const [clean, revoking] = await Promise.all([
      makeRevocationList(middle, []),
      makeRevocationList(middle, [below]),
    ]);
    await withTlsServer({ chain: [below, middle] }, async (port) => {
      expect(await open(port, read(`${lists}${clean}`))).toMatchObject({ stage: 'login' });
      expect((await refusal(open(port, read(`${lists}${revoking}`)))).message).toMatch(/is revoked/);
    });
  });
});

describe('each fault of a certificate has its own words', () => {
  type Chain = readonly [Certificate, ...Certificate[]];
  test.each<[string, () => Promise<Chain>, Partial<TlsSettings>, RegExp, RegExp]>([
    [
      'another host',
      async () => [await leaf({ hosts: ['a.test', 'b.test', '192.0.2.1'] })],
      {},
      /is for another host: for "a.test", "b.test", "192.0.2.1" \(ERR_TLS/,
      /^set PGHOST to a name in the certificate, or use verify-ca/,
    ],
    [
      'a name where we have an address',
      async () => [await leaf({ hosts: ['db.test'] })],
      {},
      /is for another host: for "db.test" /,
      /^set PGHOST to the name in the certificate instead of the address/,
    ],
    [
      'expired',
      async () => [await leaf({ to: -10 })],
      {},
      /has expired on \d{4}-\d\d-\d\d \(CERT_HAS_EXPIRED\)/,
      /^renew it on the server/,
    ],
    [
      'the root expired',
      async () => [await leaf({ authority: old })],
      { roots: [old.cert] },
      /is still valid, but the CA "old-ca" above it has expired on /,
      /^put the CA that follows it into PGSSLROOTCERT/,
    ],
    [
      'an intermediate expired',
      async () => {
        const expired = await makeAuthority({ name: 'old-middle', authority, to: -10 });
        return [await leaf({ authority: expired }), expired];
      },
      {},
      /is still valid, but the CA "old-middle" above it has expired/,
      /^renew the intermediate/,
    ],
    [
      'not valid yet',
      async () => [await leaf({ from: 10 })],
      {},
      /is not valid before \d{4}-\d\d-\d\d \d\d:\d\d UTC, and it is .* UTC here/,
      /clock/,
    ],
    [
      'a root that is not valid yet',
      async () => [await leaf({ authority: future })],
      { roots: [future.cert] },
      /because the CA "future-ca" above it is not valid before/,
      /clock/,
    ],
    [
      'self-signed',
      async () => [await makeCertificate({ hosts: [HERE] })],
      {},
      /is self-signed and not among the one certificate of PGSSLROOTCERT/,
      /^give it as PGSSLROOTCERT/,
    ],
    [
      'an unknown issuer',
      async () => [await leaf({ authority: other })],
      {},
      /is issued by "other-ca", which is not among the one certificate of PGSSLROOTCERT/,
      /if "other-ca" is a root, give it as PGSSLROOTCERT/,
    ],
    [
      "an issuer that Node's own roots do not have",
      async () => [await leaf({ authority: other })],
      { roots: undefined, rootsFrom: 'system' },
      /is issued by "other-ca", which is not among the roots that Node ships/,
      /give it as PGSSLROOTCERT/,
    ],
    [
      'an unknown root that the server sends',
      async () => [await leaf({ authority: other }), other],
      {},
      /comes from the root "other-ca", which is not among the one certificate/,
      /^give that root as PGSSLROOTCERT/,
    ],
    [
      'a CA of the same name with another key',
      async () => [await leaf({ authority: await makeAuthority() })],
      {},
      /is not signed by the CA of its name \(CERT_SIGNATURE_FAILURE\)/,
      /^give the CA that signed it as PGSSLROOTCERT/,
    ],
    [
      'an intermediate that the server does not send',
      async () => [await leaf({ authority: middle })],
      {},
      /is issued by "middle-ca", which is not among/,
      /if it is an intermediate, let the server send it/,
    ],
    [
      'only the intermediate is trusted',
      async () => [await leaf({ authority: middle })],
      { roots: [middle.cert] },
      /is issued below "middle-ca", and that by "test-ca", which is not among/,
      /if "test-ca" is a root, give it as PGSSLROOTCERT/,
    ],
    [
      'a weak key',
      async () => [await leaf({ bits: 768 })],
      {},
      /has a key that is too weak \(768 bits\)/,
      /^make a new key/,
    ],
    ['a weak signature', async () => [await leaf({ hash: 'SHA-1' })], {}, /too weak \(SHA-1/, /SHA-256/],
    [
      'not for servers',
      async () => [await leaf({ usage: ExtendedKeyUsage.clientAuth })],
      {},
      /is not meant for servers/,
      /server authentication/,
    ],
    [
      'an issuer that is no CA',
      async () => [await leaf({ authority: plain }), plain],
      {},
      /signed by a certificate that may not sign/,
      /CA/,
    ],
    [
      'revoked',
      async () => [good],
      { revocationLists: [ownList] },
      /is revoked \(CERT_REVOKED\)/,
      /give the server a new one/,
    ],
    [
      'no list of its CA',
      async () => [good],
      { revocationLists: [otherList] },
      /PGSSLCRL has no list of a CA in its chain/,
      /put the list of every CA/,
    ],
  ])('%s', async (_name, make, tls, message, remedy) => {
    await withTlsServer({ chain: await make() }, async (port) => {
      const error = await refusal(open(port, { ...TRUSTED, ...tls }));
      expect(error).toMatchObject({ exit: 'CONFIG', message: expect.stringMatching(message) });
      expect(error.message).toMatch(new RegExp(`^TLS: the certificate of ${HERE}:${port} `));
      expect(error.remedy).toMatch(remedy);
    });
  });
});

describe('what the two sides do not agree on', () => {
  const client = { cert: good.cert, key: good.private };
  test.each<
    [string, Omit<Parameters<typeof withTlsServer>[0], 'chain'>, Partial<TlsSettings>, RegExp, RegExp]
  >([
    [
      'the version',
      { minVersion: 'TLSv1.3' },
      { maxVersion: 'TLSv1.2' },
      /it has no version of TLS from TLSv1.2 /,
      /PGSSLMAXPROTOCOLVERSION/,
    ],
    [
      'the cipher',
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
      {},
      /the handshake with .* failed/,
      /ciphers.*may also want a client certificate/,
    ],
  ])('%s', async (_name, server, tls, message, remedy) => {
    await withTlsServer({ chain: [good], ...server }, async (port) => {
      const error = await refusal(open(port, { ...TRUSTED, ...tls }));
      expect(error).toMatchObject({ exit: 'CONFIG', message: expect.stringMatching(message) });
      expect(error.message).toMatch(new RegExp(`^TLS: .*${HERE}:${port}`));
      expect(error.remedy).toMatch(remedy);
    });
  });

  test('our certificate reaches the server', async () => {
    const options = {
      requestCert: true,
      rejectUnauthorized: false,
      ca: authority.cert,
      maxVersion: 'TLSv1.2' as const,
    };
    await withTlsServer({ chain: [good], ...options }, async (port, clients) => {
      await open(port, { ...TRUSTED, clientCertificate: client });
      await open(port, TRUSTED);
      expect(clients).toEqual(['test-server', undefined]);
    });
  });
});

describe('the question whether there is TLS', () => {
  test.each<[string, string, TlsSettings['mode'], string, RegExp]>([
    ['no, and it is required', 'N', 'require', 'CONFIG', /does not offer TLS, but PGSSLMODE is require/],
    [
      'no, and it is verified',
      'N',
      'verify-full',
      'CONFIG',
      /does not offer TLS, but PGSSLMODE is verify-full/,
    ],
    ['yes, and more', 'Smore', 'prefer', 'CONFIG', /sent unencrypted data after it agreed to TLS/],
    ['what no PostgreSQL says', 'HTTP/1.1', 'prefer', 'UNAVAILABLE', /answers as no PostgreSQL does/],
    ['no, and more', 'Nmore', 'prefer', 'UNAVAILABLE', /answers as no PostgreSQL does/],
  ])('is answered with %s', async (_name, answer, mode, exit, message) => {
    await withTlsServer({ chain: [good], answer }, async (port) => {
      const error = await refusal(open(port, { ...TRUSTED, mode }));
      expect(error).toMatchObject({ exit, message: expect.stringMatching(message) });
    });
  });

  test('only prefer goes on without', async () => {
    await withTlsServer({ chain: [good], answer: 'N' }, async (port) => {
      expect(await open(port, { ...PLAIN, mode: 'prefer' })).toMatchObject({
        tls: undefined,
        stage: 'login',
      });
    });
  });

  test('prefer does not go on without where the handshake fails', async () => {
    await withTlsServer({ chain: [good], minVersion: 'TLSv1.3' }, async (port) => {
      const error = await refusal(open(port, { ...PLAIN, mode: 'prefer', maxVersion: 'TLSv1.2' }));
      expect(error.exit).toBe('CONFIG');
    });
  });
});

describe('direct negotiation', () => {
  const direct: TlsSettings = { ...TRUSTED, negotiation: 'direct' };

  test('asks nothing first', () =>
    withTlsServer(
      { chain: [good], ALPNProtocols: ['postgresql'] },
      async (port) => expect(await open(port, direct)).toMatchObject({ tls: 'TLSv1.3' }),
      true,
    ));

  test('must be agreed to by the server', () =>
    withTlsServer(
      { chain: [good] },
      async (port) => {
        const error = await refusal(open(port, direct));
        expect(error).toMatchObject({ exit: 'CONFIG', message: expect.stringMatching(/ALPN/) });
        expect(error.remedy).toMatch(/^set PGSSLNEGOTIATION=postgres/);
      },
      true,
    ));

  test('with a server that knows nothing of it', () =>
    withServer(
      (socket) => socket.once('data', () => socket.end()),
      async (port) => {
        const error = await refusal(open(port, direct));
        expect(error).toMatchObject({
          exit: 'UNAVAILABLE',
          message: expect.stringMatching(/closes the conn/),
        });
        expect(error.remedy).toMatch(/needs PostgreSQL 17/);
      },
    ));
});

describe('a server that goes away is no fault of the configuration', () => {
  test.each<[string, Parameters<typeof withServer>[0], RegExp]>([
    [
      'during the handshake',
      (socket) => socket.once('data', () => socket.end('S')),
      /^TLS: .* closes the conn/,
    ],
    [
      'with a reset',
      (socket) => socket.once('data', () => socket.write('S', () => socket.resetAndDestroy())),
      /^TLS: .* closes the conn/,
    ],
    [
      'when it is asked',
      (socket) => socket.once('data', () => socket.end()),
      /^server: .* when it is asked for TLS/,
    ],
    ['at once', (socket) => socket.destroy(), /^server: .* when it is asked for TLS/],
  ])('%s', (_name, treat, message) =>
    withServer(treat, async (port) => {
      const error = await refusal(open(port, TRUSTED));
      expect(error).toMatchObject({ exit: 'UNAVAILABLE', message: expect.stringMatching(message) });
    }),
  );

  test.each<[string, (socket: import('node:net').Socket) => void, RegExp]>([
    ['before its answer', () => undefined, /^server: .* says nothing within 0.3 s/],
    [
      'in the handshake',
      (socket) => socket.write('S'),
      /^TLS: the handshake with .* did not end within 0.3 s/,
    ],
  ])('silence %s', (_name, answer, message) =>
    withServer(
      (socket) => socket.once('data', () => answer(socket)),
      async (port) => {
        const error = await refusal(open(port, TRUSTED, HERE, 300));
        expect(error).toMatchObject({ exit: 'UNAVAILABLE', message: expect.stringMatching(message) });
      },
    ),
  );
});
