/**
 * Logins with short-lived tokens in place of passwords, in three clouds; take the one that is yours. `npx tsx main.ts`
 * writes the manifests into `dist/`. docs/tls-and-cloud-logins.md says what each needs outside the cluster.
 */
import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  DatabaseTls,
  EgressPreset,
  MigrationSource,
  PolicyKind,
  TrustedRoots,
  WorkloadIdentity,
} from 'drizzle-gate';

const app = new App({ outputFileExtension: '.yaml' });
const image = 'registry.example.com/orders/schema:1.4.2';
const migrations = MigrationSource.fromImage();
const HTTPS = 443;

// Amazon RDS. With EKS Pod Identity, the pod needs nothing but the agent on its node: no way to the internet.
new DatabaseMigration(new Chart(app, 'rds', { namespace: 'orders' }), 'Migration', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromRdsIam({ user: 'migrator', database: 'orders' }),
  endpoint: DatabaseEndpoint.of({
    host: 'orders.abc.eu-central-1.rds.amazonaws.com',
    peers: [DatabasePeer.ipBlock('10.20.0.0/24'), DatabasePeer.ipBlock('10.20.1.0/24')],
  }),
  tls: DatabaseTls.of({ roots: TrustedRoots.fromConfigMap('rds-ca') }),
  extraEgress: EgressPreset.eksPodIdentity(),
});

// Cloud SQL. The proxy logs in and encrypts; 10.20.0.5 is the private address of the instance, and the range after it
// that of private.googleapis.com, to which the network resolves sqladmin.googleapis.com.
new DatabaseMigration(new Chart(app, 'cloud-sql', { namespace: 'orders' }), 'Migration', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromCloudSqlProxy({
    instance: 'my-project:europe-west1:orders',
    database: 'orders',
    user: 'db-migration@my-project.iam',
  }),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.20.0.5/32')], port: 3307 }),
  workloadIdentity: WorkloadIdentity.googleServiceAccount('db-migration@my-project.iam.gserviceaccount.com'),
  extraEgress: [
    ...EgressPreset.gkeMetadata({ dataplaneV2: true }),
    { peer: DatabasePeer.ipBlock('199.36.153.8/30'), port: HTTPS },
  ],
});

// Azure Database for PostgreSQL. Entra ID has no range of its own that is worth writing down: by name, with Cilium.
const host = 'orders.postgres.database.azure.com';
new DatabaseMigration(new Chart(app, 'azure', { namespace: 'orders' }), 'Migration', {
  image,
  migrations,
  credentials: DatabaseCredentials.fromAzureEntra({ user: 'db-migration', database: 'orders' }),
  endpoint: DatabaseEndpoint.of({ host, peers: [DatabasePeer.fqdn(host)] }),
  tls: DatabaseTls.of({ roots: TrustedRoots.system() }),
  workloadIdentity: WorkloadIdentity.azureClient('11111111-2222-3333-4444-555555555555'),
  policyKind: PolicyKind.CILIUM_NETWORK_POLICY,
  extraEgress: [{ peer: DatabasePeer.fqdn('login.microsoftonline.com'), port: HTTPS }],
});

app.synth();
