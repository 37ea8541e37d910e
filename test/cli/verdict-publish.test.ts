import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notify } from '../../cli/src/cluster/notify/notify';
import { notifyUrl } from '../../cli/src/cluster/notify/notify-url';
import { publishVerdict, type Surroundings } from '../../cli/src/cluster/verdict/publish-verdict';
import type { Verdict } from '../../cli/src/cluster/verdict/verdict';
import { keepSecret } from '../../runner/src/errors/redact';

const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FAILED: Verdict = {
  ...{ kind: 'migration', outcome: 'failed', exitCode: 82, headline: 'migrations FAILED' },
  ...{ namespace: 'orders', job: 'db-migration-1', image: 'app:1' },
  ...{ attempts: [], migrations: [], warnings: [] },
  problems: [
    {
      message: 'a <b> & "c" with pass-Word-1 in it',
      ...{ detail: 'select `x`\n::error::no\n  ^', remedy: 'do it' },
    },
  ],
};
keepSecret('pass-Word-1');

interface Told {
  readonly printed: string[];
  readonly told: string[];
}

async function publish(verdict: Verdict, more: Partial<Surroundings> = {}): Promise<Told> {
  const printed: string[] = [];
  const told: string[] = [];
  await publishVerdict(verdict, {
    ...{ print: (text) => printed.push(text), tell: (text) => told.push(text), env: {} },
    ...more,
  } as Surroundings);
  return { printed, told };
}

/** A webhook that answers with these codes in turn, and what it was sent. */
async function withWebhook<T>(
  codes: readonly number[],
  use: (url: string, received: string[]) => Promise<T>,
): Promise<T> {
  const received: string[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push(body);
    response.writeHead(codes[received.length - 1] ?? 200).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(
      `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/services/T0/B0/secretsecret`,
      received,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('outside of GitHub there is the text alone, without a secret', async () => {
  const { printed, told } = await publish(FAILED);
  expect(told).toEqual([]);
  expect(printed).toHaveLength(1);
  expect(printed[0]).toMatch(/^✗ migrations FAILED\n/);
  expect(printed[0]).toContain('with *** in it');
});

test('with --json there is nothing but the document where a program reads', async () => {
  const { printed, told } = await publish(FAILED, { json: true, env: { GITHUB_ACTIONS: 'true' } });
  expect(printed).toHaveLength(1);
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ ok: false, exitCode: 82, job: 'db-migration-1' });
  expect(printed[0]).not.toContain('pass-Word-1');
  expect(told[0]).toMatch(/^✗ migrations FAILED/);
  expect(told[1]).toMatch(/^::error title=drizzle-gate deploy::a <b> & "c" with \*\*\* in it%0A/);
});

test('on GitHub the page of the run gets a summary, and no line of a log commands the runner', async () => {
  const summary = join(folder, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const verdict = { ...FAILED, headline: 'x\n  ::add-mask::y ##[error]z' };
  const { printed } = await publish(verdict, { env });
  await publish({ ...FAILED, headline: 'the second' }, { env });
  const text = readFileSync(summary, 'utf8');
  expect(text).toMatch(/### ❌ Database migrations.*### ❌ Database migrations.*the second/s);
  expect(text).not.toContain('pass-Word-1');
  const lines = (printed[0] ?? '').split('\n');
  expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
  expect(lines).toContain('  : :add-mask::y # #[error]z');
});

test('a summary that can not be written is told, and changes nothing', async () => {
  const { told } = await publish(FAILED, { env: { GITHUB_STEP_SUMMARY: join(folder, 'no', 'such') } });
  expect(told).toEqual([expect.stringMatching(/^! the summary of the run was not written: ENOENT/)]);
});

test('a failure is posted with the run that it belongs to, escaped, without a secret', () =>
  withWebhook([], async (url, received) => {
    const env = {
      ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '7' },
    };
    expect(await publish(FAILED, { env, notify: notifyUrl(url, {}) })).toMatchObject({ told: [] });
    expect(received).toHaveLength(1);
    const { text, attachments } = JSON.parse(received[0] ?? '');
    expect(text).toBe(':red_circle: migrations FAILED');
    expect(attachments[0].text.split('\n')).toEqual([
      'a &lt;b&gt; &amp; "c" with *** in it',
      ...['```', "select 'x'", '::error::no', '  ^', '```'],
      '→ do it',
      'job `orders/db-migration-1` · image `app:1` · <https://github.com/o/r/actions/runs/7|o/r, run 7>',
    ]);
  }));

test.each([
  ['passed', { outcome: 'succeeded', exitCode: 0 }],
  ['was interrupted by a person', { outcome: 'interrupted', exitCode: 130 }],
  ['waits for a token', { kind: 'rollback', exitCode: 85 }],
] as const)('nobody is told of what %s', (_name, more) =>
  withWebhook([], async (url, received) => {
    await publish({ ...FAILED, ...more }, { notify: url });
    expect(received).toEqual([]);
  }),
);

test('a webhook that is at fault is asked once more; one that refuses is not', async () => {
  await withWebhook([503], async (url, received) => {
    expect(await notify(url, FAILED, {})).toBeUndefined();
    expect(received).toHaveLength(2);
  });
  await withWebhook([404], async (url, received) => {
    expect(await publish(FAILED, { notify: url })).toMatchObject({
      told: ['! nobody was notified: the webhook answered with HTTP status 404'],
    });
    expect(received).toHaveLength(1);
  });
});

test('a webhook that can not be reached is told without its URL', async () => {
  const url = notifyUrl('http://127.0.0.1:9/services/T0/B0/anothersecret', {}) ?? '';
  const { told } = await publish(FAILED, { notify: url });
  expect(told).toEqual([
    expect.stringMatching(/^! nobody was notified: the webhook could not be reached \(\w+\)$/),
  ]);
});

describe('the URL of the webhook', () => {
  test('comes from the option or the variable, and is a secret from then on', async () => {
    const env = { DRIZZLE_GATE_NOTIFY_URL: 'https://hooks.example/services/T1/B1/variablesecret\n' };
    expect(notifyUrl('https://hooks.example/o', env)).toBe('https://hooks.example/o');
    const url = notifyUrl(undefined, env);
    expect(url).toBe('https://hooks.example/services/T1/B1/variablesecret');
    const { printed } = await publish({ ...FAILED, headline: `${url} and /services/T1/B1/variablesecret` });
    expect(printed[0]).toMatch(/^✗ \*\*\* and \*\*\*$/m);
  });

  test('may be absent; a workflow sets it to nothing where its secret does not exist', () => {
    expect(notifyUrl(undefined, {})).toBeUndefined();
    expect(notifyUrl(undefined, { DRIZZLE_GATE_NOTIFY_URL: '' })).toBeUndefined();
  });

  test.each(['hooks.slack.com/services/x', 'file:///etc/passwd'])('is refused when it is %s', (value) => {
    expect(() => notifyUrl(value, {})).toThrow(
      expect.objectContaining({ exit: 'USAGE', message: '--notify: not the URL of a webhook' }),
    );
  });
});
