import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { DatabaseCredentials, DatabaseMigration, Delivery, MigrationSource, VaultSecret } from '../../lib';
import { renderedByHelm } from '../support/delivery-order';
import { controllerKeys, seal } from '../support/sealing';
import {
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  withMigrationsFolder,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

describe('a chart of Helm is made of templates', () => {
  const vault = DatabaseCredentials.fromVaultAgent({
    role: 'orders',
    secret: VaultSecret.databaseRole('orders'),
    ...{ host: 'db.example.com', database: 'orders' },
  });
  /** A script in every style that YAML writes text in. */
  const SCRIPTS = [
    '{{ at the start',
    'SELECT \'{{"a": \\1}}\' -- \' " {{`x`}}',
    `SELECT '${'{{ word '.repeat(40)}';`,
    'a: {{b}}\n  # {{ c }}\n\ttab {{\n',
  ];
  const chartWith = (delivery: Delivery | undefined) =>
    withMigrationsFolder((localFolder) => {
      for (const [index, sql] of SCRIPTS.slice(0, 3).entries()) {
        writeFileSync(join(localFolder, 'rollback', `000${index}_rollback.sql`), sql);
      }
      const chart = new Chart(new App(), 'test');
      new DatabaseMigration(chart, 'Db', {
        ...minimalJobProps(),
        endpoint: minimalEndpoint(),
        migrations: MigrationSource.fromImage({ localFolder }),
        credentials: vault,
        podAnnotations: { 'example.com/note': SCRIPTS[3] ?? '' },
        delivery,
      });
      return Yaml.stringify(...chart.toJson());
    });
  /** Without annotations of the delivery, and the name of the Job, whose hash covers the escaped text. */
  const bare = (text: string) =>
    parseAllDocuments(text).map((document) => {
      const object = document.toJS() as KubeObject;
      const { name, labels, namespace } = object.metadata;
      return { ...object, metadata: { name: object.kind === 'Job' ? '' : name, labels, namespace } };
    });

  test('that Helm writes back as the objects they are, Vault templates and SQL included', () => {
    const text = chartWith(Delivery.helm());
    expect(text).toContain('{{`{{`}}');
    expect(bare(renderedByHelm(text))).toEqual(bare(chartWith(undefined)));
  });

  test('without Helm nothing is escaped', () => {
    expect(chartWith(Delivery.argoCd())).not.toContain('{{`{{`}}');
  });
});

test('with Helm the Secret of a SealedSecret outlives it, and the next one takes it over', () => {
  const sealed = (delivery: Delivery, secretAnnotations?: Record<string, string>) => {
    const credentials = DatabaseCredentials.fromSealedSecret({
      name: 'db-login',
      encryptedData: { DATABASE_URL: seal(controllerKeys().publicKey, 'x', 'orders/db-login') },
      secretAnnotations,
      secretLabels: { a: 'b' },
    });
    const objects = synthMigration({ credentials, delivery }, { namespace: 'orders' });
    return (only(objects, 'SealedSecret').spec as { template: { metadata: object } }).template.metadata;
  };
  const kept = {
    'sealedsecrets.bitnami.com/managed': 'true',
    'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
  };
  expect(sealed(Delivery.helm())).toEqual({ annotations: kept, labels: { a: 'b' } });
  expect(sealed(Delivery.helm(), { x: 'y' })).toEqual({
    annotations: { ...kept, x: 'y' },
    labels: { a: 'b' },
  });
  expect(sealed(Delivery.argoCd())).toEqual({ labels: { a: 'b' } });
});
