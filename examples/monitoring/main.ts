/**
 * How a platform's team learns what becomes of migrations: alerts for Prometheus' operator, the runner's own metrics by a
 * Pushgateway, and a dashboard for Grafana. The chart is the platform's own, applied apart from the services.
 * `npx tsx examples/monitoring/main.ts` writes the manifests into `dist/`, or into the folder that CDK8S_OUTDIR names.
 */
import { App, Chart, Duration } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationMonitoring,
  MigrationSource,
  Telemetry,
  WatchedMigration,
} from 'drizzle-gate';

/** Labels of the Pushgateway's pods, which run in `monitoring`: migrations send to them, Prometheus reads them. */
const PUSHGATEWAY = { 'app.kubernetes.io/name': 'prometheus-pushgateway' };

const app = new App({ outputFileExtension: '.yaml' });

// A migration of this program: namespace, names and deadline are known.
const migration = new DatabaseMigration(
  new Chart(app, 'orders-migration', { namespace: 'orders' }),
  'Migration',
  {
    image: 'registry.example.com/orders/schema:1.4.2',
    migrations: MigrationSource.fromImage(),
    endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')] }),
    credentials: DatabaseCredentials.fromUrlSecret('orders-migrator'),
    baseName: 'orders-migration',
    telemetry: Telemetry.pushgateway({
      url: 'http://prometheus-pushgateway.monitoring.svc:9091',
      peer: DatabasePeer.pods({
        podLabels: PUSHGATEWAY,
        namespaceLabels: { 'kubernetes.io/metadata.name': 'monitoring' },
      }),
      environment: 'production',
    }),
  },
);

const monitoring = new Chart(app, 'monitoring', { namespace: 'monitoring' });
new MigrationMonitoring(monitoring, 'Orders', {
  name: 'orders-migrations',
  migrations: [
    WatchedMigration.of(migration, { deployments: ['orders', 'orders-worker'] }),
    // One that another repository delivers, into the same namespace.
    WatchedMigration.named({ namespace: 'orders', baseName: 'archive-migration' }),
  ],
  objectLabels: { release: 'prometheus' },
  alertLabels: { team: 'orders' },
  runbookUrl: 'https://wiki.example.com/migrations',
  runningTooLong: Duration.minutes(20),
  podMonitor: { podLabels: PUSHGATEWAY },
  dashboard: { folder: 'Databases' },
});

// Every other team, by the convention of its names.
new MigrationMonitoring(monitoring, 'Everybody', {
  name: 'all-migrations',
  migrations: [WatchedMigration.matching({ namespaces: 'team-.+', baseNames: '.+-migration' })],
  objectLabels: { release: 'prometheus' },
  includeDashboard: false,
});

app.synth();
