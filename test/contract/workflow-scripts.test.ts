import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly summary: string;
  readonly stdout: string;
  /** What was called, one a line. */
  readonly calls: string[];
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflow-scripts-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'work'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that notes its arguments, does `body`, and fails where they match $FAIL. */
function stub(name: string, body = ''): void {
  const path = join(folder, 'bin', name);
  writeFileSync(
    path,
    `#!/bin/bash\necho "${name} $*" >> "$CALLS"\n${body}\n[[ -n "$FAIL" && "${name} $*" =~ $FAIL ]] && exit "\${FAIL_CODE:-1}"\nexit 0\n`,
  );
  chmodSync(path, 0o755);
}

/** Runs the script of a step as GitHub does where the shell is `bash`. */
function runStep(file: string, job: string, name: string, env: Record<string, string>): Ran {
  const { jobs } = parse(readFileSync(join('.github', 'workflows', file), 'utf8')) as {
    jobs: Record<string, { steps: Step[] }>;
  };
  const script = jobs[job]?.steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`${file} has no step ${name} in ${job}`);
  const files = { CALLS: 'calls', GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary' };
  const paths = Object.entries(files).map(([key, path]) => [key, join(folder, path)] as const);
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd: join(folder, 'work'),
      encoding: 'utf8',
      env: {
        ...Object.fromEntries(paths),
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        RUNNER_TEMP: folder,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/orders',
        GITHUB_RUN_ID: '1',
        FAIL: '',
        ...env,
      },
    },
  );
  const read = (path: string) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';
  return {
    code: status,
    stdout: stdout + stderr,
    output: read('output'),
    summary: read('summary'),
    calls: read('calls').split('\n').filter(Boolean),
  };
}

const NAMESPACE = 'orders';
const SERVICES = 'deployment/api statefulset/worker';

describe('rollback.yml, before anything is scaled down', () => {
  const look = (env: Record<string, string>) =>
    runStep('rollback.yml', 'rollback', 'What is deployed afterwards is there', {
      ...{ NAMESPACE, SERVICES, VERSION: '', MANIFESTS: '' },
      ...env,
    });

  test('the revision before is looked for, and a service that has none ends the run', () => {
    stub('kubectl');
    expect(look({})).toMatchObject({ code: 0 });
    const undone = look({ FAIL: 'undo statefulset' });
    expect(undone.code).not.toBe(0);
    expect(undone.calls).toContain('kubectl rollout undo deployment/api --namespace orders --dry-run=server');
    expect(undone.calls.filter((call) => !call.includes('--dry-run=server'))).toEqual([]);
  });

  test('a version without manifests ends the run, and one with them is tried by the server', () => {
    stub('kubectl');
    for (const MANIFESTS of ['', 'k8s']) {
      expect(look({ VERSION: 'v1', MANIFESTS })).toMatchObject({
        code: 78,
        stdout: expect.stringContaining('::error'),
        calls: [],
      });
    }
    mkdirSync(join(folder, 'work', 'release', 'k8s'), { recursive: true });
    expect(look({ VERSION: 'v1', MANIFESTS: 'k8s' })).toMatchObject({
      code: 0,
      calls: [expect.stringMatching(/^kubectl apply .*--dry-run=server -f release\/k8s$/)],
    });
  });

  test('that no service is named is said', () => {
    expect(look({ SERVICES: '' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('::warning'),
      calls: [],
    });
  });

  test('a deployment that runs, or waits for its approval, ends the run; not to know does not', () => {
    const step = (env: Record<string, string>) =>
      runStep('rollback.yml', 'rollback', 'No deployment is under way', {
        ...{ GH_TOKEN: 'x', ENVIRONMENT: 'staging' },
        ...env,
      });
    const runs = JSON.stringify([
      { status: 'completed', url: 'https://done' },
      { status: 'waiting', url: 'https://waits' },
    ]);
    stub('gh', `jq -r "\${@: -1}" <<< "$RUNS"`);
    expect(step({ RUNS: runs })).toMatchObject({
      code: 75,
      stdout: expect.stringContaining('https://waits'),
    });
    expect(step({ RUNS: '[]' })).toMatchObject({ code: 0 });
    expect(step({ RUNS: '[]', FAIL: '^gh' })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('::warning'),
    });
  });

  test.each(['plan', 'rollback'])('a missing KUBECONFIG ends the job %s', (job) => {
    stub('npx');
    const name = job === 'plan' ? 'What would be undone and lost' : 'Kubeconfig';
    expect(
      runStep('rollback.yml', job, name, { KUBECONFIG_TEXT: '', NAMESPACE, TARGET: '0001' }),
    ).toMatchObject({ code: 78, stdout: expect.stringContaining('KUBECONFIG'), calls: [] });
  });
});

describe('rollback.yml, the services', () => {
  test('their number is noted before the first is scaled, and all are gone before the rollback', () => {
    stub('kubectl', 'case "$*" in *spec.replicas*) echo -n 3;; *go-template*) echo -n app=x,;; esac');
    const { code, calls, summary } = runStep('rollback.yml', 'rollback', 'Scale the services down', {
      ...{ NAMESPACE, SERVICES },
    });
    expect(code).toBe(0);
    expect(summary).toContain('    deployment/api 3\n    statefulset/worker 3\n');
    expect(calls.filter((call) => call.includes(' wait '))).toHaveLength(2);
    expect(calls.findIndex((call) => call.includes('scale'))).toBe(2);
  });

  test('the code of the rollback is kept, because not every failure means that it has ended', () => {
    stub('npx');
    const ran = runStep('rollback.yml', 'rollback', 'Roll back', {
      ...{ NAMESPACE, TARGET: '0001', DISCARD: 'false', FAIL: '^npx', FAIL_CODE: '88' },
    });
    expect(ran).toMatchObject({ code: 88, output: 'code=88\n' });
  });

  const afterFailure = (env: Record<string, string>) => {
    stub('kubectl');
    stub('curl', 'cat > /dev/null');
    writeFileSync(join(folder, 'replicas.txt'), 'deployment/api 3\nstatefulset/worker 2\n');
    return runStep('rollback.yml', 'rollback', 'After a failure', {
      ...{ NAMESPACE, NOTIFY_URL: 'https://hooks.example/x', AFTER_FAILURE: 'scale up again', CODE: '' },
      ...env,
    });
  };
  const up = ['kubectl scale deployment/api', 'kubectl scale statefulset/worker'].map((start) =>
    expect.stringMatching(`^${start} `),
  );
  const told = expect.stringMatching(/^curl /);

  test.each([
    ['it failed', { ROLLBACK: 'failure', CODE: '82' }, [...up, told], 'scaled up again in their version'],
    ['it was never begun', { ROLLBACK: 'skipped' }, [...up, told], 'was not begun'],
    ['it still runs', { ROLLBACK: 'failure', CODE: '88' }, [told], 'services are DOWN'],
    ['the cluster does not answer', { ROLLBACK: 'failure', CODE: '89' }, [told], 'services are DOWN'],
    ['the run was cancelled', { ROLLBACK: 'cancelled', CODE: '130' }, [told], 'services are DOWN'],
    ['the machine was gone', { ROLLBACK: 'failure' }, [told], 'services are DOWN'],
    ['only the old version failed', { ROLLBACK: 'success', CODE: '0' }, [told], 'Deploy the old version'],
    [
      'they shall stay down',
      { ROLLBACK: 'failure', CODE: '82', AFTER_FAILURE: 'stay down' },
      [told],
      'are DOWN, as was asked',
    ],
  ])('when %s, the page and the team are told how they are', (_name, env, calls, text) => {
    const ran = afterFailure(env);
    expect(ran).toMatchObject({ code: 0, calls, summary: expect.stringContaining(text) });
    expect(readFileSync(join(folder, 'message.json'), 'utf8')).toContain(text);
  });

  test('one that could not be scaled up is named, and the others are', () => {
    const ran = afterFailure({ ROLLBACK: 'failure', CODE: '82', FAIL: 'deployment/api' });
    expect(ran.calls).toEqual([...up, told]);
    expect(ran.summary).toContain('deployment/api could NOT be scaled up to 3');
  });
});

describe('migration-gate.yml', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  test('the digest is that of the push, under the name that the manifests use', () => {
    stub('docker', `echo "1.0: digest: ${digest} size: 528"`);
    const push = (TAG: string) => runStep('migration-gate.yml', 'image', 'Push', { TAG });
    expect(push('docker.io/acme/orders:1.0')).toMatchObject({
      code: 0,
      output: `image=docker.io/acme/orders@${digest}\n`,
    });
    stub('docker');
    expect(push('acme/orders:1.0').code).not.toBe(0);
  });

  test('without the name of the image nothing is synthesized, because the default one would be', () => {
    stub('synth');
    const env = { INSTALL: 'true', SYNTH: 'synth', NAMESPACE };
    const step = (IMAGE: string) => runStep('migration-gate.yml', 'gate', 'Synthesize', { ...env, IMAGE });
    expect(step('')).toMatchObject({ code: 78, calls: [] });
    expect(step(`ghcr.io/acme/orders@${digest}`)).toMatchObject({ code: 0, calls: [expect.any(String)] });
  });
});

describe('migrations-pr.yml', () => {
  const text = (PROOF: string) => {
    stub('npx', 'echo "<!-- drizzle-gate review -->"');
    return runStep('migrations-pr.yml', 'review', 'The text of the comment', { BASE_DIST: 'base', PROOF });
  };

  test('a proof that never came is said, and not left out in silence', () => {
    expect(text('failure').output).toMatch(
      /^comment<<(end-[0-9a-f]{32})\n<!-- drizzle-gate review -->\n[\s\S]*Rollback ❌[\s\S]*\n\1\n$/,
    );
  });

  test('one that is there is part of the comment', () => {
    writeFileSync(join(folder, 'proof.json'), '{}');
    const { calls, output } = text('failure');
    expect(calls).toEqual([expect.stringContaining(`--proof ${join(folder, 'proof.json')}`)]);
    expect(output).not.toContain('The proof itself failed');
  });
});
