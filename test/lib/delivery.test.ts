import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Testing, Yaml } from 'cdk8s';
import { ConfigMap, ServiceAccount } from 'cdk8s-plus-28';
import { parseAllDocuments } from 'yaml';
import {
  DatabaseCredentials,
  DatabaseMigration,
  type DatabaseMigrationProps,
  Delivery,
  ExternalSecretStore,
  MigrationFiles,
  MigrationSource,
  RollbackJob,
  VaultSecret,
} from '../../lib';
import { annotationsOf, argoCdWaves, fluxOrder, helmOrder, renderedByHelm } from '../support/delivery-order';
import { controllerKeys, seal } from '../support/sealing';
import {
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  problemsOf,
  synthChart,
  withMigrationsFolder,
} from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const from = { key: 'prod/orders', property: 'x' };
const externalSecret = DatabaseCredentials.fromExternalSecret({
  name: 'db-login',
  store: ExternalSecretStore.secretStore('aws'),
  ...{ userFrom: from, passwordFrom: from, database: 'd', host: 'db.example.com' },
});
/** With a ConfigMap of scripts, and the object of a login. */
const whole = (props: Partial<DatabaseMigrationProps>) =>
  withMigrationsFolder((localFolder) =>
    synthMigration({
      credentials: externalSecret,
      migrations: MigrationSource.fromImage({ localFolder }),
      ...props,
    }),
  );
const APPLICATION = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders' } };
const STANDS_ON = [
  ...['ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap', 'NetworkPolicy', 'ExternalSecret'],
].sort();

describe('the application waits for the Job, and the Job for what it stands on', () => {
  test.each(['pre-install', 'pre-upgrade'])('with Helm at %s: all are hooks, the Job the last', (event) => {
    const objects = [...whole({ delivery: Delivery.helm() }), APPLICATION];
    const { hooks, rest } = helmOrder(objects, event);
    expect(hooks.slice(0, -1).sort()).toEqual(STANDS_ON);
    expect(hooks.indexOf('Role')).toBeLessThan(hooks.indexOf('RoleBinding'));
    expect(hooks.at(-1)).toBe('Job');
    expect(rest).toEqual(['Deployment']);
  });

  test.each(['pre-rollback', 'post-install', 'pre-delete'])('Helm runs nothing at %s', (event) => {
    expect(helmOrder(whole({ delivery: Delivery.helm() }), event).hooks).toEqual([]);
  });

  test('with Helm each hook is deleted before it is made anew, and the output of the Job is shown', () => {
    for (const object of whole({ delivery: Delivery.helm({ weight: -5 }) })) {
      const isJob = object.kind === 'Job';
      expect(annotationsOf(object)).toMatchObject({
        'helm.sh/hook-delete-policy': 'before-hook-creation',
        'helm.sh/hook-weight': isJob ? '-5' : '-6',
        ...(isJob ? { 'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed' } : {}),
      });
    }
  });

  test('with Argo CD: one wave after the other; the Job is a hook, the rest is kept as it is', () => {
    const objects = [...whole({ delivery: Delivery.argoCd() }), APPLICATION];
    const [foundation = [], ...later] = argoCdWaves(objects);
    expect([...foundation].sort()).toEqual(STANDS_ON);
    expect(later).toEqual([['Job'], ['Deployment']]);
    const hooks = objects.filter((object) => 'argocd.argoproj.io/hook' in annotationsOf(object));
    expect(hooks.map(({ kind, metadata }) => [kind, metadata])).toMatchObject([
      ['Job', { annotations: { 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' } }],
    ]);
  });

  test('with Argo CD in a wave of choice', () => {
    const waves = whole({ delivery: Delivery.argoCd({ wave: 7 }) }).map((object) => [
      object.kind === 'Job',
      annotationsOf(object)['argocd.argoproj.io/sync-wave'],
    ]);
    expect(new Set(waves.map(String))).toEqual(new Set(['false,6', 'true,7']));
  });

  test('with Flux: what the pod reads comes before the Job', () => {
    const order = fluxOrder(whole({ delivery: Delivery.flux() }));
    for (const kind of ['ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap']) {
      expect(order.indexOf(kind)).toBeLessThan(order.indexOf('Job'));
    }
  });

  test('with kubectl the manifest is the same as without a delivery', () => {
    expect(whole({ delivery: Delivery.kubectl() })).toEqual(whole({}));
  });

  test('annotations that an object has already are kept', () => {
    const credentials = DatabaseCredentials.fromExternalSecret({
      name: 'db-login',
      store: ExternalSecretStore.secretStore('aws'),
      ...{ userFrom: from, passwordFrom: from, database: 'd', host: 'db.example.com' },
      annotations: { 'argocd.argoproj.io/sync-wave': '-9' },
    });
    const objects = synthMigration({ credentials, delivery: Delivery.argoCd() });
    expect(annotationsOf(only(objects, 'ExternalSecret'))).toEqual({ 'argocd.argoproj.io/sync-wave': '-9' });
  });
});

describe('names and the time that a Job stays', () => {
  const jobOf = (props: Partial<DatabaseMigrationProps>) => only(synthMigration(props), 'Job');
  const deliveries = { helm: Delivery.helm(), argoCd: Delivery.argoCd(), flux: Delivery.flux() };

  test.each(Object.entries(deliveries))('%s: the name follows the pod template', (_name, delivery) => {
    const name = (image: string) => jobOf({ delivery, image }).metadata.name;
    expect(name('registry.example.com/a:1')).toMatch(/^db-migration-[0-9a-f]{8}$/);
    expect(name('registry.example.com/a:1')).not.toBe(name('registry.example.com/a:2'));
  });

  test('a TTL where the delivery does not miss the Job, none where it would make it anew', () => {
    const ttl = (delivery: Delivery) => jobSpec(jobOf({ delivery })).ttlSecondsAfterFinished;
    expect(Object.values(deliveries).map(ttl)).toEqual([604_800, 604_800, undefined]);
  });

  test('Flux may replace a Job of a fixed name, and no other', () => {
    const force = (name?: string) =>
      annotationsOf(jobOf({ delivery: Delivery.flux(), name }))['kustomize.toolkit.fluxcd.io/force'];
    expect([force(), force('migrate')]).toEqual([undefined, 'enabled']);
  });

  test('Flux substitutes nothing, because SQL is full of dollar signs', () => {
    for (const object of whole({ delivery: Delivery.flux() })) {
      expect(annotationsOf(object)).toMatchObject({ 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' });
    }
  });

  test.each([
    [
      'Flux',
      Delivery.flux(),
      86_400,
      'ttlAfterFinished: 86400 seconds after its end Flux would make the Job anew',
    ],
    [
      'Helm',
      Delivery.helm(),
      0,
      'ttlAfterFinished: 0 seconds are too short for Helm to see how the Job ended',
    ],
    ['Argo CD', Delivery.argoCd(), 59, 'ttlAfterFinished: 59 seconds are too short for Argo CD to see'],
  ])('a TTL that %s can not live with is refused', (_name, delivery, seconds, message) => {
    const ttlAfterFinished = Duration.seconds(seconds);
    expect(problemsOf(() => synthMigration({ delivery, ttlAfterFinished })).join()).toContain(message);
  });

  test('weight and wave are whole numbers', () => {
    expect(problemsOf(() => Delivery.helm({ weight: 0.5 }))).toEqual([
      'weight: 0.5 is no whole number; give one, for example -1',
    ]);
    expect(problemsOf(() => Delivery.argoCd({ wave: Number.NaN }))).toEqual([
      'wave: null is no whole number; give one, for example -1',
    ]);
  });
});

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

describe('no delivery runs a rollback', () => {
  const rollbackOf = (delivery: Delivery): KubeObject[] =>
    withMigrationsFolder((localFolder) => {
      const migrations = MigrationSource.fromImage({ localFolder });
      const props = { ...minimalJobProps(), endpoint: minimalEndpoint(), migrations, delivery };
      const migration = new DatabaseMigration(new Chart(new App(), 'up'), 'Db', props);
      return synthChart((chart) => migration.addRollback(chart, 'Back', { target: '0001_second' }));
    });

  test('Argo CD and Flux are told to pass over its Job, but not over what the migration needs too', () => {
    expect(argoCdWaves(rollbackOf(Delivery.argoCd())).flat()).not.toContain('Job');
    expect(fluxOrder(rollbackOf(Delivery.flux()))).not.toContain('Job');
    for (const delivery of [Delivery.argoCd(), Delivery.flux()]) {
      const shared = (objects: KubeObject[]) => objects.filter(({ kind }) => kind === 'NetworkPolicy');
      expect(shared(rollbackOf(delivery))).toEqual(shared(synthMigration({ delivery })));
    }
  });

  test('it has a TTL everywhere: a person applies it', () => {
    expect(jobSpec(only(rollbackOf(Delivery.flux()), 'Job')).ttlSecondsAfterFinished).toBe(604_800);
  });

  test('of a chart of Helm: addRollback leaves the delivery out, and to ask for it is refused', () => {
    for (const object of rollbackOf(Delivery.helm())) expect(annotationsOf(object)).toEqual({});
    const asked = () =>
      synthChart((chart) => {
        const props = { ...minimalJobProps(), target: 'empty', delivery: Delivery.helm() };
        new RollbackJob(chart, 'Back', props);
      });
    expect(problemsOf(asked)).toEqual([
      'delivery: Helm would run the rollback with everything else; leave delivery out, and have a person apply the file',
    ]);
  });
});

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
