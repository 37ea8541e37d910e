import { App, Chart } from 'cdk8s';
import type { MigrationSource } from 'drizzle-gate';
import { addService, sourceOf } from './service';
import { SERVICE } from './service-name';

/** `node services.js COUNT SHAPE FOLDERS [shared]`; what the shapes are, `../shapes` says. */
const [, , count, shape, folders = '', isShared] = process.argv;
const services = Array.from({ length: Number(count) }, (_, index) => SERVICE(index));

let shared: MigrationSource | undefined;
function migrationsOf(service: string): MigrationSource {
  if (isShared !== 'shared') return sourceOf(folders, service);
  shared ??= sourceOf(folders, SERVICE(0));
  return shared;
}

function addChart(app: App, service: string): void {
  addService(new Chart(app, service, { namespace: service }), service, migrationsOf(service));
}

if (shape === 'apps') {
  for (const service of services) {
    const app = new App();
    addChart(app, service);
    app.synth();
  }
} else if (shape === 'charts') {
  const app = new App();
  for (const service of services) addChart(app, service);
  app.synth();
} else {
  const app = new App();
  const chart = new Chart(app, 'services', { namespace: 'services' });
  for (const service of services) addService(chart, service, migrationsOf(service));
  app.synth();
}
