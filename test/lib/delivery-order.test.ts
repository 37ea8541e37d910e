import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { ConfigMap, ServiceAccount } from 'cdk8s-plus-28';
import {
  DatabaseMigration,
  type DatabaseMigrationProps,
  Delivery,
  MigrationFiles,
  MigrationSource,
} from '../../lib';
import { minimalEndpoint, minimalJobProps, withMigrationsFolder } from '../support/synth';

describe('what the Job would wait for', () => {
  /** The error of a whole synth. */
  const synth = (delivery: Delivery, build: (chart: Chart) => Partial<DatabaseMigrationProps>) => () => {
    const chart = new Chart(new App(), 'test');
    const props = build(chart);
    new DatabaseMigration(chart, 'Db', {
      ...minimalJobProps(),
      endpoint: minimalEndpoint(),
      delivery,
      ...props,
    });
    return Testing.synth(chart);
  };
  const withFiles = (use: (localFolder: string) => void) => withMigrationsFolder(use);

  test.each([
    ['Helm', Delivery.helm()],
    ['Argo CD', Delivery.argoCd()],
  ])('is refused with %s, until addTo puts it first', (title, delivery) => {
    withFiles((localFolder) => {
      const build = (isAdded: boolean) => (chart: Chart) => {
        const files = new MigrationFiles(chart, 'Files', { localFolder });
        const serviceAccount = new ServiceAccount(chart, 'Account', { metadata: { name: 'own' } });
        if (isAdded) for (const each of [files, serviceAccount]) delivery.addTo(each);
        return { migrations: files.source, includeRollbackScripts: false, serviceAccount };
      };
      expect(synth(delivery, build(false))).toThrow(
        `delivery: with ${title} the ConfigMap "db-migration-files" comes after the Job that needs it`,
      );
      expect(synth(delivery, build(false))).toThrow('the ServiceAccount "own" comes after the Job');
      expect(synth(delivery, build(true))).not.toThrow();
    });
  });

  test.each([
    ['the maker of its Secret', 'ExternalSecret', 'db-login', /the ExternalSecret "db-login" comes after/],
    ['nothing that it does not read', 'ExternalSecret', 'other', undefined],
  ])('is %s', (_what, kind, name, message) => {
    const run = synth(Delivery.helm(), (chart) => {
      new ApiObject(chart, 'Own', { apiVersion: 'external-secrets.io/v1', kind, metadata: { name } });
      return {};
    });
    if (message) expect(run).toThrow(message);
    else expect(run).not.toThrow();
  });

  test('of the same wave or weight is too late', () => {
    const late = (annotations: Record<string, string>, delivery: Delivery) =>
      synth(delivery, (chart) => {
        new ConfigMap(chart, 'Files', { metadata: { name: 'db-migration-files', annotations } });
        return withMigrationsFolder((folder) => ({
          migrations: MigrationSource.fromConfigMap('db-migration-files', folder),
          includeRollbackScripts: false,
        }));
      });
    const hook = { 'helm.sh/hook': 'pre-install, pre-upgrade' };
    expect(late({ ...hook, 'helm.sh/hook-weight': '0' }, Delivery.helm())).toThrow('comes after the Job');
    expect(late({ ...hook, 'helm.sh/hook-weight': '-1' }, Delivery.helm())).not.toThrow();
    expect(late({ 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '-1' }, Delivery.helm())).toThrow();
    expect(late({ 'argocd.argoproj.io/sync-wave': '-1' }, Delivery.argoCd())).toThrow('comes after the Job');
    expect(late({ 'argocd.argoproj.io/sync-wave': '-2' }, Delivery.argoCd())).not.toThrow();
    expect(late({ 'argocd.argoproj.io/hook': 'PreSync' }, Delivery.argoCd())).not.toThrow();
  });
});
