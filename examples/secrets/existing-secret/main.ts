import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
} from 'drizzle-gate';

const app = new App();
const peers = [DatabasePeer.ipBlock('10.0.0.0/24')];

// The whole connection is one URL, under a key of your own name.
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers }),
  credentials: DatabaseCredentials.fromUrlSecret('orders-db', 'url'),
});

// Each part has a key; host and port are no secret, and stand in the manifest.
new DatabaseMigration(new Chart(app, 'billing', { namespace: 'billing' }), 'Migration', {
  image: 'registry.example.com/billing/schema:2.0.1',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers, host: 'db.example.com' }),
  credentials: DatabaseCredentials.fromSecretKeys('billing-db', {
    database: 'billing',
    userKey: 'username',
    passwordKey: 'password',
  }),
});

app.synth();
