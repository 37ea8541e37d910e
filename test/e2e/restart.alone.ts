import { expectCode } from './support/command';
import { LONG, letGo, longRuns, ORDERS } from './support/migrations';
import { withScenario } from './support/scenario';
import { shell } from './support/shell';

test('the API server restarts while it is followed', () =>
  withScenario('api-restart', async (it) => {
    const release = it.release([ORDERS, LONG]);
    const running = await it.startDeploy(release);
    await running.during(it.waitUntil('the long migration runs', () => longRuns(it.sql)));
    await running.until('0001_long');
    await shell(it.state.restartApi ?? '', {});
    await letGo(it.sql);
    const ended = await running.ended;
    const { output } = ended;
    expect(output).toContain('0001_long');
    expectCode(ended, 0);
    expect(await it.applied()).toBe(2);
    expect(await it.serviceIsThere()).toBe(true);
  }));
