import type { V1Namespace } from '@kubernetes/client-node';
import { App, Chart } from 'cdk8s';
import { MigrationNamespace } from '../../../lib';
import { waitUntil } from '../../support/wait';
import type { Kube } from './kube';
import { RUN_LABEL } from './names';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };

/** A namespace of the restricted standard, as the library makes it. */
export async function createNamespace(kube: Kube, suffix: string, name: string): Promise<void> {
  const chart = new Chart(new App(), 'namespace');
  new MigrationNamespace(chart, 'Namespace', { name, labels: { [RUN_LABEL]: suffix } });
  for (const object of chart.toJson()) await kube.apply(object);
  // Pods are refused until the controller has made the default account.
  await waitUntil(`namespace ${name} has its account`, async () => {
    const ref = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name };
    return (await kube.read(ref, 'default')) !== undefined;
  });
}

/** Deletes the namespaces of a run, or of every run, and waits until they are gone. */
export async function removeNamespaces(kube: Kube, suffix?: string): Promise<string[]> {
  const selector = suffix === undefined ? RUN_LABEL : `${RUN_LABEL}=${suffix}`;
  const found = await kube.list<V1Namespace>(NAMESPACE, selector);
  const names = found.map(({ metadata }) => metadata?.name ?? '');
  await Promise.all(names.map((name) => kube.remove(NAMESPACE, name)));
  await waitUntil(
    `the namespaces ${names.join(', ')} are gone`,
    async () => (await kube.list(NAMESPACE, selector)).length === 0,
    180_000,
  );
  return names;
}
