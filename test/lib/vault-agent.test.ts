import { DatabaseCredentials, DatabaseRollback, MigrationJob } from '../../lib';
import { schemaProblems } from '../support/kubernetes-schema';
import { podBoundsProblems } from '../support/pod-bounds';
import {
  envOf,
  type JobSpec,
  jobSpec,
  type KubeObject,
  minimalEndpoint,
  minimalJobProps,
  only,
  type PodSpec,
  synthChart,
} from '../support/synth';
import { podSecurityProblems } from '../support/synth-pod-security';
import { annotation, annotationsOf, synthVault, templateOf, VAULT_LOGIN } from '../support/synth-vault';
import { injectVaultAgent, renderedFiles } from '../support/vault-injector';

/** The Job with its pod as the injector leaves it. */
function injected(
  objects: readonly KubeObject[],
  change: (pod: PodSpec) => PodSpec = (pod) => pod,
): KubeObject {
  const job = structuredClone(only(objects, 'Job'));
  const template = jobSpec(job).template as { spec: PodSpec; metadata: JobSpec['template']['metadata'] };
  template.spec = injectVaultAgent(change(template.spec), template.metadata.annotations ?? {});
  return job;
}

describe('the pod, as the injector leaves it', () => {
  const job = injected(synthVault({ tlsSecret: 'vault-ca' }));
  const pod = jobSpec(job).template.spec;
  const [agent, preflight] = pod.initContainers ?? [];

  test('is valid, and passes the restricted profile', () => {
    expect(schemaProblems(job)).toEqual([]);
    expect(podSecurityProblems(pod)).toEqual([]);
  });

  test('has bounds for a quota; only the two volumes in memory, which the injector makes, have none', () => {
    expect(podBoundsProblems(pod)).toEqual([
      'the emptyDir home-init has no sizeLimit',
      'the emptyDir vault-secrets has no sizeLimit',
    ]);
  });

  test('the agent comes first, ends, and is none of our user; nothing runs beside migrate', () => {
    expect(pod.initContainers?.map(({ name }) => name)).toEqual(['vault-agent-init', 'pre-flight-check']);
    expect(pod.containers.map(({ name }) => name)).toEqual(['migrate']);
    expect(agent?.securityContext).toMatchObject({ runAsUser: 100, runAsGroup: 1000, runAsNonRoot: true });
    expect(agent?.terminationMessagePolicy).toBe('FallbackToLogsOnError');
    expect(agent?.resources).toEqual({
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '500m', memory: '128Mi', 'ephemeral-storage': '256Mi' },
    });
  });

  test('each file that the runner reads is one that the agent writes', () => {
    const files = renderedFiles(jobSpec(job).template.metadata.annotations ?? {});
    for (const container of [preflight, ...pod.containers]) {
      const read = Object.entries(envOf(container)).filter(([name]) => name.endsWith('_FILE'));
      expect(read).toEqual([
        ['PGUSER_FILE', '/vault/secrets/pguser'],
        ['PGPASSWORD_FILE', '/vault/secrets/pgpassword'],
      ]);
      for (const [, path] of read) expect(files).toHaveProperty([path ?? '']);
      expect(container?.volumeMounts).toContainEqual({ name: 'vault-secrets', mountPath: '/vault/secrets' });
    }
  });

  test('only the agent mounts the token, which only Vault accepts', () => {
    const mounting = [...(pod.initContainers ?? []), ...pod.containers].filter(({ volumeMounts = [] }) =>
      volumeMounts.some(({ name }) => name === 'vault-token'),
    );
    expect(mounting).toEqual([agent]);
    expect(pod.volumes?.find(({ name }) => name === 'vault-token')).toEqual({
      name: 'vault-token',
      projected: {
        defaultMode: 0o644,
        sources: [{ serviceAccountToken: { audience: 'vault', expirationSeconds: 600, path: 'token' } }],
      },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });
});

describe('what the injector refuses, and what would break without our annotations', () => {
  const objects = synthVault();
  const without = (...names: string[]) => {
    const annotations = { ...annotationsOf(objects) };
    for (const name of names) delete annotations[`vault.hashicorp.com/${name}`];
    return injectVaultAgent(templateOf(objects).spec, annotations);
  };

  test('a pod without the volume, with another kind of it, or without its name', () => {
    const volumes = (change: (volume: { name: string }) => { name: string }[]) => () =>
      injected(objects, (pod) => ({
        ...pod,
        volumes: (pod.volumes ?? []).flatMap(change) as PodSpec['volumes'],
      }));
    expect(volumes((volume) => (volume.name === 'vault-token' ? [] : [volume]))).toThrow(
      'failed to find service account volume "vault-token"',
    );
    expect(
      volumes((volume) => [volume.name === 'vault-token' ? { ...volume, projected: undefined } : volume]),
    ).toThrow('failed to find tokenPath');
    expect(() => without('agent-service-account-token-volume-name')).toThrow(
      'failed to find service account volume mount',
    );
    expect(() => without('role')).toThrow('no Vault role found');
  });

  test('a token that a container of ours mounts is found, but then the runner has it', () => {
    const pod = templateOf(objects).spec;
    const mounting = pod.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), { name: 'vault-token', mountPath: '/elsewhere' }],
    }));
    const [agent] =
      injectVaultAgent({ ...pod, containers: mounting }, annotationsOf(objects)).initContainers ?? [];
    expect(agent?.volumeMounts).toContainEqual({
      name: 'vault-token',
      mountPath: '/elsewhere',
      readOnly: true,
    });
  });

  test('the agent last, beside migrate, or outside the restricted profile', () => {
    expect(without('agent-init-first').initContainers?.[0]?.name).toBe('pre-flight-check');
    expect(without('agent-pre-populate-only').containers.map(({ name }) => name)).toContain('vault-agent');
    const names = ['agent-set-security-context', 'agent-init-json-patch'];
    expect(podSecurityProblems(without(...names)).join()).toContain('vault-agent-init');
    expect(podSecurityProblems(without('agent-run-as-user')).join()).toContain('vault-agent-init');
  });
});

describe('a login that Vault refuses', () => {
  test('ends the first pod of a migration, which is tried again', () => {
    const objects = synthVault();
    expect(annotation(objects, 'agent-auto-auth-exit-on-err')).toBe('true');
    expect(annotation(objects, 'auth-max-backoff')).toBeUndefined();
  });

  test('is tried again by the agent itself where there is no second pod', () => {
    const credentials = DatabaseCredentials.fromVaultAgent(VAULT_LOGIN);
    const props = { ...minimalJobProps(), credentials, endpoint: minimalEndpoint() };
    const rollback = synthChart((chart) => new DatabaseRollback(chart, 'Db', { ...props, target: 'empty' }));
    const once = synthChart((chart) => new MigrationJob(chart, 'Once', { ...props, backoffLimit: 0 }));
    for (const objects of [rollback, once]) {
      expect(annotation(objects, 'agent-auto-auth-exit-on-err')).toBeUndefined();
      expect(annotation(objects, 'auth-max-backoff')).toBe('15s');
    }
  });
});
