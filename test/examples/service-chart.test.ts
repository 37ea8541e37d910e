import { readJournal } from '../../core/journal';
import { envOf, expectValid, only, podOf } from '../support/synth';
import { synthExample } from '../support/synth-example';

test('the chart of another team: three replicas behind the gate, their Service, and the migration apart', async () => {
  const files = await synthExample('service-chart');
  expect(Object.keys(files).sort()).toEqual(['orders-migration.yaml', 'orders.yaml']);
  for (const object of Object.values(files).flat()) expectValid(object);
  const service = files['orders.yaml'] ?? [];
  expect(service.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
  const deployment = only(service, 'Deployment');
  expect(deployment.spec).toMatchObject({ replicas: 3, progressDeadlineSeconds: 1200 });
  const [gate, ...others] = podOf(deployment)?.spec.initContainers ?? [];
  expect(others).toEqual([]);
  const { migrations } = readJournal('migrations');
  expect(envOf(gate)).toMatchObject({
    WAIT_MIGRATION: migrations.at(-1)?.tag,
    WAIT_COUNT: String(migrations.length),
    WAIT_MAX_NEWER: '2',
    WAIT_TIMEOUT_SECONDS: '900',
  });
  only(files['orders-migration.yaml'] ?? [], 'Job');
});
