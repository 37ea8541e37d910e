import type { V1Container, V1Job } from '@kubernetes/client-node';
import {
  confirmRollback,
  deriveRollback,
  scriptsOf,
} from '../../cli/src/cluster/short-job/make-rollback-job';
import { closedSchemaProblems } from '../support/kubernetes-schema';
import type { KubeObject } from '../support/synth';
import { asLive, jobOf, MIGRATION_FILE, ROLLBACK_FILE } from './in-cluster-support';

const ROLLBACK = jobOf(ROLLBACK_FILE);
const GATE = jobOf(MIGRATION_FILE);
const CONFIRMED = { target: '0011_outbox', token: 't-1', commandLine: 'drizzle-gate rollback run --to 0011' };

const podOf = (job: V1Job) => job.spec?.template.spec ?? { containers: [] };
const allOf = (job: V1Job) => [...(podOf(job).initContainers ?? []), ...podOf(job).containers];
const variableIn = ({ env = [] }: V1Container, name: string) =>
  env.find((entry) => entry.name === name)?.value;

test('target and token go into both containers, and the rest stays as it was reviewed', () => {
  const job = confirmRollback(ROLLBACK, CONFIRMED);
  expect(allOf(job)).toHaveLength(2);
  for (const container of allOf(job)) {
    expect(variableIn(container, 'ROLLBACK_TARGET')).toBe('0011_outbox');
    expect(variableIn(container, 'ROLLBACK_CONFIRM')).toBe('t-1');
    expect(variableIn(container, 'ROLLBACK_KEEP')).toBe('keep');
    expect(variableIn(container, 'ROLLBACK_DELAY_SECONDS')).toBe('10');
  }
  expect(closedSchemaProblems(job as unknown as KubeObject)).toEqual([]);
  const unchanged = (each: V1Job) => ({
    ...each,
    metadata: { ...each.metadata, name: '' },
    spec: {
      ...each.spec,
      template: { ...each.spec?.template, spec: { ...podOf(each), containers: [], initContainers: [] } },
    },
  });
  expect(unchanged(job)).toEqual(unchanged(ROLLBACK));
  const discarding = confirmRollback(ROLLBACK, { ...CONFIRMED, discard: true });
  for (const container of allOf(discarding)) expect(variableIn(container, 'ROLLBACK_KEEP')).toBe('discard');
});

test('who confirmed it goes along, and changes nothing else', () => {
  const job = confirmRollback(ROLLBACK, { ...CONFIRMED, by: 'alice on $(HOSTNAME)' });
  for (const container of allOf(job)) {
    // The kubelet would replace it.
    expect(variableIn(container, 'CONFIRMED_BY')).toBe('alice on $$(HOSTNAME)');
    expect(
      variableIn(
        confirmRollback(ROLLBACK, CONFIRMED).spec?.template.spec?.containers[0] ?? container,
        'CONFIRMED_BY',
      ),
    ).toBeUndefined();
  }
});

test('another confirmation is a Job of another name, the same one of the same', () => {
  const nameOf = (confirmed: typeof CONFIRMED) => confirmRollback(ROLLBACK, confirmed).metadata?.name;
  expect(nameOf(CONFIRMED)).toMatch(/^db-rollback-[0-9a-f]{8}$/);
  expect(nameOf(CONFIRMED)).not.toBe(ROLLBACK.metadata?.name);
  expect(nameOf(CONFIRMED)).toBe(nameOf({ ...CONFIRMED }));
  expect(nameOf({ ...CONFIRMED, token: 't-2' })).not.toBe(nameOf(CONFIRMED));
  expect(nameOf({ ...CONFIRMED, target: '0010' })).not.toBe(nameOf(CONFIRMED));
});

test('derived from the gate it is the Job of the manifest, as far as the gate can know it', () => {
  const job = confirmRollback(deriveRollback(asLive(GATE, 'u', '2026-01-01T00:00:00Z')), CONFIRMED);
  expect(closedSchemaProblems(job as unknown as KubeObject)).toEqual([]);
  expect(job.metadata?.name).toMatch(/^db-rollback-[0-9a-f]{8}$/);
  expect(job.spec?.podFailurePolicy).toEqual(ROLLBACK.spec?.podFailurePolicy);
  expect(job.spec).toMatchObject({
    backoffLimit: 0,
    activeDeadlineSeconds: 3600,
    ttlSecondsAfterFinished: 604800,
  });
  const shape = (each: V1Job) =>
    allOf(each).map(({ name, args, image, securityContext }) => ({ name, args, image, securityContext }));
  expect(shape(job)).toEqual(shape(ROLLBACK));
  expect(job.spec?.template.metadata?.labels).toMatchObject({
    'app.kubernetes.io/name': 'db-rollback',
    'app.kubernetes.io/instance': 'teei-db-migration',
  });
});

test('with the scripts of an earlier rollback, where it mounted some', () => {
  const scripts = scriptsOf(ROLLBACK);
  expect(scripts?.volume.configMap?.name).toBe('teei-migration-scripts');
  expect(scriptsOf(GATE)).toBeUndefined();
  const job = deriveRollback(GATE, scripts);
  const mountsOf = (each: V1Job) => allOf(each).map(({ volumeMounts }) => volumeMounts);
  expect(mountsOf(job)).toEqual(mountsOf(ROLLBACK));
  expect(podOf(job).volumes).toEqual(podOf(ROLLBACK).volumes);
  for (const container of allOf(job)) {
    expect(variableIn(container, 'ROLLBACK_FOLDER')).toBe('/var/run/drizzle-gate/rollback');
  }
});
