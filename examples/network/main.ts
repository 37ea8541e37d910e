/**
 * Whom the Jobs may talk to, in four situations; take the one that is yours. `npx tsx examples/network/main.ts`
 * writes the manifests into `dist/`, or into the folder that CDK8S_OUTDIR names.
 */
import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DatabaseTls,
  DnsResolver,
  EgressPreset,
  MigrationNamespace,
  MigrationSource,
  OperatorPods,
  PolicyKind,
  TrustedRoots,
} from 'drizzle-gate';

const app = new App({ outputFileExtension: '.yaml' });
const image = 'registry.example.com/team/schema:1.4.2';
const migrations = MigrationSource.fromImage();
const namespace = 'migrations';

// A namespace in which only pods of the restricted standard start. Its chart has no namespace, and is applied first.
new MigrationNamespace(new Chart(app, 'namespace'), 'Namespace', { name: namespace });

// A managed database by its addresses: both families, because the name has both.
new DatabaseMigration(new Chart(app, 'managed', { namespace }), 'Orders', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromUrlSecret('orders-login'),
  endpoint: DatabaseEndpoint.of({
    peers: [DatabasePeer.ipBlock('10.20.0.0/24'), DatabasePeer.ipBlock('fd00:20::/64')],
  }),
  dns: DnsResolver.nodeLocalCache({ clusterIps: ['10.96.0.10'] }),
  objectName: 'orders',
  rollbackScriptsName: 'orders-scripts',
});

// A managed database by its name, where Cilium enforces the policies. The login is a token of RDS, by EKS Pod
// Identity; no other name can be looked up.
const host = 'stock.abc.eu-central-1.rds.amazonaws.com';
new DatabaseMigration(new Chart(app, 'by-name', { namespace }), 'Stock', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromRdsIam({ user: 'migrator', database: 'stock' }),
  tls: DatabaseTls.of({ roots: TrustedRoots.fromConfigMap('rds-ca') }),
  endpoint: DatabaseEndpoint.of({ host, peers: [DatabasePeer.fqdn(host)] }),
  policyKind: PolicyKind.CILIUM_NETWORK_POLICY,
  dnsNames: [],
  extraEgress: EgressPreset.eksPodIdentity(),
  objectName: 'stock',
  rollbackScriptsName: 'stock-scripts',
});

// A database in the cluster, by the labels of its operator. The Service maps 6432 to the pods' 5432, which the
// factory knows.
new DatabaseMigration(new Chart(app, 'in-cluster', { namespace }), 'Users', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromUrlSecret('users-login'),
  endpoint: DatabaseEndpoint.of({
    port: 6432,
    peers: [OperatorPods.cloudNativePg('users', { namespace: 'databases' })],
  }),
  objectName: 'users',
  rollbackScriptsName: 'users-scripts',
});

app.synth();
