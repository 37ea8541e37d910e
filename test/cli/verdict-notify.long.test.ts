import { createServer } from 'node:http';
import { notify } from '../../cli/src/cluster/notify/notify';
import { verdictOfError } from '../../cli/src/cluster/verdict/verdict-of';
import { GateError } from '../../runner/src/errors/gate-error';

test('a webhook that never answers delays the command by less than ten seconds', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const started = Date.now();
  try {
    const verdict = verdictOfError(new GateError('CLUSTER_REFUSED', 'no'), {});
    expect(await notify(url, verdict, {})).toBe('the webhook did not answer within 4.5 s');
    expect(Date.now() - started).toBeLessThan(10_000);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 20_000);
