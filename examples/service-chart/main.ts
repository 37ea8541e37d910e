/**
 * A service whose three replicas serve only when their schema is there. The migration stands in a file of its own, so
 * that a pipeline can apply it first and wait for it; `kubectl apply -f dist/` of both at once is safe too, because the
 * replicas wait by themselves. `npx tsx examples/service-chart/main.ts` writes the manifests into `dist/`, or into the
 * folder that CDK8S_OUTDIR names.
 */
import { join } from 'node:path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { Capability, Cpu, Deployment, SeccompProfileType } from 'cdk8s-plus-28';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
  SchemaGate,
  SchemaRange,
} from 'drizzle-gate';

const app = new App({ outputFileExtension: '.yaml' });
const namespace = 'orders';
const host = 'db.example.com';
const image = 'registry.example.com/orders/schema:1.4.2';
const migrations = MigrationSource.fromImage({ localFolder: join(process.cwd(), 'migrations') });

// The role that migrates owns the schema; the application's own may only see its version.
new DatabaseMigration(new Chart(app, 'orders-migration', { namespace }), 'Migration', {
  image,
  migrations,
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host }),
  credentials: DatabaseCredentials.fromSecretKeys('orders-migrator', { host, database: 'orders' }),
  grantStatusTo: ['orders_app'],
});

const chart = new Chart(app, 'orders', { namespace });
const service = new Deployment(chart, 'Service', {
  metadata: { name: 'orders' },
  replicas: 3,
  // A pod that waits makes no progress: longer than the longest migration.
  progressDeadline: Duration.minutes(20),
  containers: [
    {
      name: 'orders',
      image: 'registry.example.com/orders/service:1.4.2',
      portNumber: 8080,
      resources: {
        cpu: { request: Cpu.millis(100), limit: Cpu.millis(500) },
        memory: { request: Size.mebibytes(128), limit: Size.mebibytes(256) },
        ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
      },
      securityContext: {
        user: 1000,
        group: 1000,
        capabilities: { drop: [Capability.ALL] },
        seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
      },
    },
  ],
});
service.exposeViaService({ name: 'orders', ports: [{ port: 80, targetPort: 8080 }] });

new SchemaGate(chart, 'SchemaGate', {
  workload: service,
  image,
  migrations,
  credentials: DatabaseCredentials.fromSecretKeys('orders-app', { host, database: 'orders' }),
  // When the application is rolled back, it still finds the schema of up to two later migrations.
  range: SchemaRange.of({ maxNewer: 2 }),
  timeout: Duration.minutes(15),
});

app.synth();
