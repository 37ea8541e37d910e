import { Duration } from 'cdk8s';
import {
  DatabaseCredentials,
  type DatabaseMigrationProps,
  Delivery,
  ExternalSecretStore,
  MigrationSource,
} from '../../lib';
import { annotationsOf, argoCdWaves, fluxOrder, helmOrder } from '../support/delivery-order';
import { jobSpec, only, problemsOf, withMigrationsFolder } from '../support/synth';
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
