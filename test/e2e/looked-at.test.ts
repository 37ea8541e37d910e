import { Duration } from 'cdk8s';
import { expectCode } from './support/command';
import { NOTES, ORDERS } from './support/migrations';
import { withScenario } from './support/scenario';

test('status and logs: the runs that the cluster has, and after the TTL of the Job those of the database', () =>
  withScenario('status', async (it) => {
    const release = it.release([ORDERS, NOTES], { props: { ttlAfterFinished: Duration.seconds(20) } });
    expectCode(await it.deploy(release), 0);
    const logs = await it.run('logs', release.job);
    expect(logs.output).toContain('0001_notes');
    expectCode(logs, 0);
    await it.waitUntil('the Job is gone', async () => (await it.job(release.job)) === undefined);
    const manifest = `${release.folder}/db-migration.yaml`;
    const ended = await it.run('status', '--in-cluster', '--file', manifest);
    expect(ended.output).toContain(it.state.image);
    expect(ended.output).toContain('0001_notes');
    expectCode(ended, 0);
  }));
