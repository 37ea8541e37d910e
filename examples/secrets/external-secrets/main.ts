import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  ExternalSecretStore,
  MigrationSource,
} from 'drizzle-gate';

const app = new App();
const store = ExternalSecretStore.clusterSecretStore('aws');
const userFrom = { key: 'prod/orders/db', property: 'username' };
const passwordFrom = { key: 'prod/orders/db', property: 'password' };
const common = {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')] }),
};

// A key for each part: nothing to encode.
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromExternalSecret({
    name: 'orders-db',
    store,
    userFrom,
    passwordFrom,
    host: 'db.example.com',
    database: 'orders',
  }),
});

// One URL, for a service that shares the Secret and wants that. The operator encodes user and password.
new DatabaseMigration(new Chart(app, 'shared', { namespace: 'shared' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromExternalSecret({
    name: 'shared-db',
    store,
    userFrom,
    passwordFrom,
    host: 'db.example.com',
    database: 'shared',
    urlKey: 'DATABASE_URL',
  }),
});

app.synth();
