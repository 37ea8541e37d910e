import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
  VaultSecret,
  VaultServer,
} from 'drizzle-gate';

const app = new App();
const common = {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host: 'db.example.com' }),
};

// Vault runs in this cluster; its database engine makes a user for each pod.
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromVaultAgent({
    role: 'orders-db-migration',
    secret: VaultSecret.databaseRole('orders-migrate'),
    database: 'orders',
  }),
});

// Vault runs elsewhere; the login is kept by its key-value engine.
new DatabaseMigration(new Chart(app, 'billing', { namespace: 'billing' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromVaultAgent({
    role: 'billing-db-migration',
    secret: VaultSecret.keyValue({ path: 'billing/db', passwordField: 'db-password' }),
    server: VaultServer.at({
      peers: [DatabasePeer.ipBlock('10.9.0.0/28')],
      address: 'https://vault.example.com:8200',
    }),
    tlsSecret: 'vault-ca',
    database: 'billing',
  }),
});

app.synth();
