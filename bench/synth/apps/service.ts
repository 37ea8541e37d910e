import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
} from 'drizzle-gate';

/** A service's migration as a platform team writes it once, for all its services. */
export function addService(chart: Chart, service: string, migrations: MigrationSource): void {
  new DatabaseMigration(chart, `${service}-db`, {
    image: `registry.example.com/${service}/schema:1.4.2`,
    migrations,
    credentials: DatabaseCredentials.fromUrlSecret(`${service}-db`, 'DATABASE_URL'),
    endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/16')] }),
    objectName: `${service}-migration`,
    rollbackScriptsName: `${service}-rollback-scripts`,
  });
}

/** Service 7 has a folder of its own, or the one of all. */
export function sourceOf(folders: string, service: string): MigrationSource {
  return MigrationSource.fromImage({ localFolder: join(folders, service) });
}
