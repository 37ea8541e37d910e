import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
} from 'drizzle-gate';

const app = new App();

// The workflow decrypts secrets/orders-db.yaml into the cluster before this is applied: here it is a Secret as any other.
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host: 'db.example.com' }),
  credentials: DatabaseCredentials.fromSecretKeys('orders-db', { database: 'orders' }),
});

app.synth();
