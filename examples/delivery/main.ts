import { App, Chart, Duration } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  Delivery,
  ExternalSecretCreation,
  ExternalSecretStore,
  MigrationSource,
} from 'drizzle-gate';

const app = new App();
const from = (property: string) => ({ key: 'prod/orders', property });
const common = {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host: 'db.example.com' }),
};
const login = {
  name: 'orders-db',
  store: ExternalSecretStore.secretStore('aws'),
  userFrom: from('username'),
  passwordFrom: from('password'),
  database: 'orders',
};

// kubectl apply -f dist/kubectl.k8s.yaml, or better drizzle-gate deploy, which waits and says what happened.
new DatabaseMigration(new Chart(app, 'kubectl', { namespace: 'orders' }), 'Migration', {
  ...common,
  credentials: DatabaseCredentials.fromExternalSecret(login),
});

// Copied into the templates/ of a chart; helm upgrade --install --timeout 20m waits for the Job. The ExternalSecret is
// deleted and made anew each time, so the Secret, which the application reads too, must not go with it.
new DatabaseMigration(new Chart(app, 'helm', { namespace: 'orders' }), 'Migration', {
  ...common,
  delivery: Delivery.helm(),
  activeDeadline: Duration.minutes(15),
  credentials: DatabaseCredentials.fromExternalSecret({
    ...login,
    creationPolicy: ExternalSecretCreation.ORPHAN,
  }),
});

// In the same Application as the service, whose objects stay in wave 0.
new DatabaseMigration(new Chart(app, 'argo-cd', { namespace: 'orders' }), 'Migration', {
  ...common,
  delivery: Delivery.argoCd(),
  credentials: DatabaseCredentials.fromExternalSecret(login),
});

// In a Kustomization of its own with wait: true, on which that of the service depends.
new DatabaseMigration(new Chart(app, 'flux', { namespace: 'orders' }), 'Migration', {
  ...common,
  delivery: Delivery.flux(),
  credentials: DatabaseCredentials.fromExternalSecret(login),
});

app.synth();
