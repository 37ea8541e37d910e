import {
  DatabaseCredentials,
  type DatabaseMigrationProps,
  DatabasePeer,
  PolicyKind,
  VaultSecret,
  VaultServer,
} from '../../lib';
import { only, problemsOf } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

/** The names that a policy lets the pods look up. */
function names(props: Partial<DatabaseMigrationProps>) {
  const objects = synthMigration({ policyKind: PolicyKind.CILIUM_NETWORK_POLICY, ...props });
  const found = [...JSON.stringify(only(objects, 'CiliumNetworkPolicy')).matchAll(/"matchName":"([^"]+)"/g)];
  return [...new Set(found.map(([, name]) => name))];
}
const keys = { host: 'db.example.com', database: 'orders' };

describe('a narrow choice of names has those that the login needs', () => {
  test('the host of the credentials', () => {
    const credentials = DatabaseCredentials.fromSecretKeys('login', keys);
    expect(names({ credentials, dnsNames: ['otel.example.com'] })).toEqual([
      'db.example.com',
      'otel.example.com',
    ]);
  });

  test("Vault's", () => {
    const credentials = DatabaseCredentials.fromVaultAgent({
      ...keys,
      role: 'db-migration',
      secret: VaultSecret.databaseRole('app'),
      server: VaultServer.at({
        address: 'https://vault.example.com:8200',
        peers: [DatabasePeer.ipBlock('10.9.0.0/24')],
      }),
    });
    expect(names({ credentials, dnsNames: [] })).toEqual(['db.example.com', 'vault.example.com']);
  });
});

test('a kind of policy that is none is refused, not taken for the plain one', () => {
  expect(problemsOf(() => names({ policyKind: 'cilium' as PolicyKind }))).toEqual([
    'policyKind: "cilium" is none of the choices; give "NetworkPolicy", "CiliumNetworkPolicy"',
  ]);
});
