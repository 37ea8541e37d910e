import dns from 'node:dns/promises';
import { jest } from '@jest/globals';
import { DatabaseEndpoint, DatabasePeer, DbEgressPolicy } from '../../lib';
import { resolveHost } from '../../lib/internal/network/resolve-host';
import { minimalEndpoint, only, synthChart } from '../support/synth';

const answering =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address }));
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error.message,
  );

describe('resolveHost', () => {
  test('gives one range for each address of both families, whatever the order of the answer', async () => {
    const expected = ['10.0.0.7/32', '10.0.1.7/32', '2001:db8::7/128'];
    const one = answering('2001:DB8:0::7', '10.0.1.7', '10.0.0.7', '10.0.1.7');
    const other = answering('10.0.0.7', '10.0.1.7', '2001:db8::7');
    expect(await resolveHost('db.example.com', one)).toEqual(expected);
    expect(await resolveHost('db.example.com', other)).toEqual(expected);
  });

  test.each(['127.0.0.1', '::1', '0.0.0.0', '169.254.169.254', 'fe80::1'])(
    'refuses %s, which is never the database',
    async (address) => {
      expect(await problemOf(resolveHost('db.example.com', answering('10.0.0.7', address)))).toMatch(
        /^host: "db.example.com" resolves to \S+ here, which is not the database's address in the cluster; give its ranges$/,
      );
    },
  );

  test('refuses what does not resolve', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    expect(await problemOf(resolveHost('db.example.com', failing))).toBe(
      'host: "db.example.com" does not resolve here (ENOTFOUND); synthesize where the cluster\'s names resolve, or give its ranges',
    );
    expect(await problemOf(resolveHost('db.example.com', answering()))).toBe(
      'host: "db.example.com" has no address; give its ranges',
    );
  });

  test.each(['10.0.0.1', 'fd00::1', 'postgres://db', ''])('refuses %j, which is no name', async (host) => {
    expect(await problemOf(resolveHost(host, answering('10.0.0.7')))).toBe(
      `host: ${JSON.stringify(host)} is not the name of a host; give an address as DatabasePeer.ipBlock`,
    );
  });
});

describe('DatabasePeer.resolve', () => {
  afterEach(() => jest.restoreAllMocks());

  test("asks the system's resolver, and refuses this machine as the database", async () => {
    expect(await problemOf(DatabasePeer.resolve('localhost'))).toContain('"localhost" resolves to');
  });

  test('opens each address, and says to stderr and in the policy that it is a snapshot of this host', async () => {
    const answer = [
      { address: '10.0.0.7', family: 4 },
      { address: '2001:db8::7', family: 6 },
    ];
    jest.spyOn(dns, 'lookup').mockResolvedValue(answer as never);
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const peers = await DatabasePeer.resolve('db.example.com', { port: 6432 });
    expect(written.mock.calls).toEqual([
      [
        'drizzle-gate: db.example.com is 10.0.0.7/32, 2001:db8::7/128 today, and the policy opens only that; synthesize and apply it again when the addresses change\n',
      ],
    ]);
    const policy = policyOf(peers);
    expect(policy.metadata).toMatchObject({
      annotations: {
        'drizzle-gate/resolved-at-synth':
          'db.example.com = 10.0.0.7/32, 2001:db8::7/128 (a snapshot that nothing updates)',
      },
    });
    const ports = [{ port: 6432, protocol: 'TCP' }];
    expect((policy.spec as { egress: unknown[] }).egress.slice(0, 2)).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports },
      { to: [{ ipBlock: { cidr: '2001:db8::7/128' } }], ports },
    ]);
  });

  test('a policy without such peers has no annotation', () => {
    expect(policyOf(minimalEndpoint().peers).metadata).toEqual({ name: 'db-migration' });
  });
});

function policyOf(peers: DatabasePeer[]) {
  const endpoint = DatabaseEndpoint.of({ peers });
  return only(
    synthChart((chart) => new DbEgressPolicy(chart, 'Policy', { endpoint })),
    'NetworkPolicy',
  );
}
