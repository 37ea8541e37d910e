import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ApiObject, App, Chart } from 'cdk8s';
import { Node } from 'constructs';
import { DatabaseMigration, type DatabaseMigrationProps, Delivery, MigrationSource } from '../../lib';
import { migrationsFolder } from '../support/migrations-folder';
import { type KubeObject, minimalEndpoint, minimalJobProps } from '../support/synth';

afterEach(() => jest.restoreAllMocks());

function addServices(chart: Chart, count: number, props: Partial<DatabaseMigrationProps> = {}): void {
  for (let index = 0; index < count; index += 1) {
    new DatabaseMigration(chart, `Service${index}`, {
      ...minimalJobProps(),
      endpoint: minimalEndpoint(),
      objectName: `service-${index}`,
      rollbackScriptsName: `scripts-${index}`,
      ...props,
    });
  }
}

/** What one synth of so many services in one chart does, counted: a busy machine changes nothing of it. */
function countSynth(services: number, props: Partial<DatabaseMigrationProps> = {}) {
  const app = new App();
  const chart = new Chart(app, 'all', { namespace: 'all' });
  addServices(chart, services, props);
  const written = jest.spyOn(ApiObject.prototype, 'toJson');
  const walked = jest.spyOn(Node.prototype, 'findAll');
  try {
    app.synthYaml();
    return {
      jobsWritten: written.mock.contexts.filter((each) => (each as ApiObject).kind === 'Job').length,
      walks: walked.mock.contexts.filter((each) => each === chart.node || each === app.node).length,
    };
  } finally {
    written.mockRestore();
    walked.mockRestore();
  }
}

describe.each([
  ['kubectl', undefined, 2],
  // Twice more for each of two validations: which objects its pod reads.
  ['Argo CD', Delivery.argoCd(), 6],
  ['Helm', Delivery.helm(), 6],
] as const)('a synth for %s', (_title, delivery, times) => {
  test.each([1, 12])('writes each of %d Jobs a fixed number of times', (services) => {
    expect(countSynth(services, { delivery }).jobsWritten).toBe(times * services);
  });

  test('walks the chart as often for many services as for two', () => {
    expect(countSynth(12, { delivery }).walks).toBe(countSynth(2, { delivery }).walks);
  });
});

describe('a source of migrations', () => {
  const FILES = [{ tag: '0000_first', sql: 'CREATE TABLE t (id int);\n', rollback: 'DROP TABLE t;\n' }];
  const scripts = (chart: Chart) =>
    (chart.toJson() as KubeObject[])
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ data }) => Object.values(data as object));

  test('reads its folder once, for all services', () => {
    const folder = migrationsFolder(FILES);
    const migrations = MigrationSource.fromImage({ localFolder: folder });
    const chart = new Chart(new App(), 'test');
    addServices(chart, 1, { migrations, objectName: 'first', rollbackScriptsName: 'first' });
    rmSync(folder, { recursive: true });
    new DatabaseMigration(chart, 'Second', {
      ...minimalJobProps(),
      ...{ endpoint: minimalEndpoint(), migrations, objectName: 'second', rollbackScriptsName: 'second' },
    });
    expect(scripts(chart)).toEqual([['DROP TABLE t;\n'], ['DROP TABLE t;\n']]);
  });

  test('of a folder that has changed, another one has what is new', () => {
    const folder = migrationsFolder(FILES);
    const synth = () => {
      const chart = new Chart(new App(), 'test');
      addServices(chart, 1, { migrations: MigrationSource.fromImage({ localFolder: folder }) });
      return { scripts: scripts(chart), yaml: JSON.stringify(chart.toJson()) };
    };
    const before = synth();
    mkdirSync(join(folder, 'rollback'), { recursive: true });
    writeFileSync(join(folder, 'rollback/0000_first.sql'), 'DROP TABLE u;\n');
    writeFileSync(join(folder, '0000_first.sql'), 'CREATE TABLE u (id int);\n');
    const after = synth();
    expect(after.scripts).toEqual([['DROP TABLE u;\n']]);
    const digest = (yaml: string) => /[0-9a-f]{64}/.exec(yaml)?.[0];
    expect(digest(after.yaml)).not.toBe(digest(before.yaml));
  });
});
