import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json, kubeconfigOf, type Respond, statusObject, withApiServer } from '../support/api-server';
import { drizzleGate, withFolder, writeFiles } from './support';

const JOB = {
  ...{ apiVersion: 'batch/v1', kind: 'Job' },
  metadata: { name: 'gate', labels: { 'app.kubernetes.io/component': 'database-migration' } },
  spec: { template: { spec: { containers: [{ name: 'migrate', image: 'shop:1' }] } } },
};
const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'scripts' } };
const WEBHOOK_SECRET = 'T0/B0/secretsecret';

interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly posts: readonly string[];
}

/** Deploys these objects against an API that answers so, with a webhook that listens. */
function deployTo(respond: Respond, objects: readonly object[], args: readonly string[], env = {}) {
  return withApiServer(respond, ({ port, folder }) =>
    withFolder(async (files): Promise<Told> => {
      const posts: string[] = [];
      const webhook = createServer(async (request, response) => {
        for await (const chunk of request) posts.push(String(chunk));
        response.end('ok');
      });
      await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
      const address = webhook.address();
      const hook = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/${WEBHOOK_SECRET}`;
      writeFileSync(join(folder, 'config'), kubeconfigOf(`http://127.0.0.1:${port}`, { token: 'token-1' }));
      writeFiles(files, { 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
      try {
        const ended = await drizzleGate(['deploy', join(files, 'all.json'), '--notify', hook, ...args], {
          env: { KUBECONFIG: join(folder, 'config'), ...env },
        });
        return { ...ended, posts };
      } finally {
        webhook.close();
      }
    }),
  );
}

const refuse: Respond = (_call, response) => json(response, statusObject(422, 'quota is used up'), 422);
const accept: Respond = ({ method, body }, response) =>
  method === 'GET' ? json(response, statusObject(404, 'none'), 404) : json(response, JSON.parse(body));
const noJob: Respond = (call, response, request) =>
  (call.path.endsWith('/jobs/gate') ? refuse : accept)(call, response, request);
const complete: Respond = (call, response, request) => {
  const { method, path, query, body } = call;
  const isJob = path.includes('/jobs');
  const uid = { name: 'gate', uid: 'u' };
  if (method === 'PATCH' && isJob) return json(response, { ...JSON.parse(body), metadata: uid });
  if (method === 'PATCH') return refuse(call, response, request);
  if (path.endsWith('/jobs/gate')) return accept(call, response, request);
  if (query.has('watch')) return void response.writeHead(200).flushHeaders();
  const job = { ...JOB, metadata: uid, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
  return json(response, { metadata: { resourceVersion: '1' }, items: isJob ? [job] : [] });
};

test('what fails before any Job is one document and one message, and the webhook stays unknown', async () => {
  const { code, stdout, stderr, posts } = await deployTo(refuse, [MAP, JOB], ['--json']);
  expect(code).toBe(87);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ ok: false, outcome: 'refused', exitCode: 87, job: 'gate', namespace: 'shop' },
    problems: [{ message: 'ConfigMap scripts: quota is used up' }],
  });
  expect(posts).toHaveLength(1);
  expect(posts[0]).toContain('quota is used up');
  expect(stdout + stderr).not.toContain(WEBHOOK_SECRET);
});

test('so is what is wrong with files or options; a dry run tells nobody', async () => {
  const noGate = await deployTo(accept, [MAP], ['--json']);
  expect(noGate.code).toBe(64);
  expect(JSON.parse(noGate.stdout)).toMatchObject({ ok: false, outcome: 'refused', exitCode: 64 });
  const badTime = await deployTo(accept, [MAP, JOB], ['--json', '--timeout', 'soon']);
  expect([badTime.code, JSON.parse(badTime.stdout).exitCode]).toEqual([64, 64]);
  const dry = await deployTo(refuse, [MAP, JOB], ['--json', '--dry-run']);
  expect([dry.code, JSON.parse(dry.stdout).exitCode, dry.posts]).toEqual([87, 87, []]);
});

test('what an object is called commands no workflow', async () => {
  const named = { ...MAP, metadata: { name: 'x\r::stop-commands::y' } };
  const { stdout } = await deployTo(noJob, [named, JOB], [], { GITHUB_ACTIONS: 'true' });
  expect(stdout).toContain('stop-commands');
  const commands = stdout.split(/[\r\n]+/).filter((line) => line.trimStart().startsWith('::'));
  expect(commands).toEqual([expect.stringMatching(/^::error title=drizzle-gate deploy::/)]);
});

test('what is refused after the gate is told beside the gate, in one document that has ok and exitCode', async () => {
  const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'shop' } };
  const { code, stdout } = await deployTo(complete, [service, JOB], ['--json']);
  expect(code).toBe(87);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ ok: false, exitCode: 87 },
    verdicts: [
      { ok: true, outcome: 'succeeded' },
      { ok: false, outcome: 'unfinished', exitCode: 87 },
    ],
  });
});
