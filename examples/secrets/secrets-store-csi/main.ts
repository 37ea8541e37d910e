import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
  SecretProviderClass,
  WorkloadIdentity,
} from 'drizzle-gate';

const app = new App();
const common = {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host: 'db.example.com' }),
};

// The class is made here; RDS keeps user and password of the instance as JSON in Secrets Manager.
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  ...common,
  workloadIdentity: WorkloadIdentity.awsRole('arn:aws:iam::111122223333:role/orders-db-migration'),
  credentials: DatabaseCredentials.fromSecretsStoreCsi({
    providerClass: SecretProviderClass.aws({
      name: 'orders-db',
      region: 'eu-north-1',
      secrets: [
        {
          name: 'rds!db-5f0c',
          fields: [
            { field: 'username', file: 'PGUSER' },
            { field: 'password', file: 'PGPASSWORD' },
          ],
        },
      ],
    }),
    database: 'orders',
  }),
});

// The class exists; its driver writes one file with the role's password.
new DatabaseMigration(new Chart(app, 'billing', { namespace: 'billing' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromSecretsStoreCsi({
    providerClass: SecretProviderClass.fromName('billing-db'),
    user: 'migrator',
    database: 'billing',
    passwordFile: 'db_password',
  }),
});

app.synth();
