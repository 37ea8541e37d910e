import { App, Chart } from 'cdk8s';
import type { Job, KubernetesObject, Manifest } from '../../../cli/src/rehearse/manifest';
import { DatabaseCredentials, MigrationFiles, MigrationJob, type MigrationJobProps } from '../../../lib';
import { referenceImage } from './reference-image';

/** A manifest that is synthesized for a test, with the image under test. */
export function synthesize(build: (chart: Chart) => void): Manifest {
  const chart = new Chart(new App(), 'test');
  build(chart);
  const objects = chart.toJson() as KubernetesObject[];
  const job = objects.find(({ kind }) => kind === 'Job');
  return { path: 'synthesized', objects, job: job as Job };
}

/** The Job of a team that keeps its migrations in a ConfigMap and its login in separate keys. */
export function jobWithConfigMap(localFolder: string, more: Partial<MigrationJobProps> = {}): Manifest {
  return synthesize((chart) => {
    const files = new MigrationFiles(chart, 'Files', { localFolder });
    new MigrationJob(chart, 'Job', {
      image: referenceImage(),
      credentials: DatabaseCredentials.fromSecretKeys('db-login'),
      migrations: files.source,
      ...more,
    });
  });
}
