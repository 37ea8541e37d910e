import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { lintScript, lintWorkflow, scriptsOf } from '../workflows/lint';

const ROOT = process.cwd();
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: unknown;
  readonly if?: unknown;
  readonly 'timeout-minutes'?: unknown;
}

interface Call {
  readonly inputs?: Readonly<Record<string, { required?: boolean; description?: string }>>;
  readonly secrets?: Readonly<Record<string, { required?: boolean; description?: string }>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly 'cancel-in-progress'?: unknown };
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = (name: string) => parse(read(join('.github', 'workflows', name))) as Workflow;
const stepsOf = (jobs: Workflow['jobs']) => Object.values(jobs).flatMap(({ steps = [] }) => steps);

const files = ['workflows', 'examples'].flatMap((folder) =>
  readdirSync(join(ROOT, '.github', folder)).map((name) => join('.github', folder, name)),
);

describe.each(files)('%s', (file) => {
  const text = read(file);
  const { permissions, jobs } = parse(text) as Workflow;

  test('names every action by its commit, because a tag can move', () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map((match) => match[1] ?? '');
    const pinned = /^(\.\/[-./\w]+|[-./\w]+@[0-9a-f]{40} # v[0-9.]+)$/;
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !pinned.test(action))).toEqual([]);
  });

  test('has no permission that it does not name, and no job without an end', () => {
    expect(permissions).toBeDefined();
    const endless = Object.entries(jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless).toEqual([]);
  });

  test('leaves no token behind for what a checkout runs', () => {
    const checkouts = stepsOf(jobs).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('puts no text of others into a script, and no secret into a command line', () => {
    const expressions = stepsOf(jobs).flatMap(({ run = '' }) => run.match(/\$\{\{.*?\}\}/g) ?? []);
    // What the workflow itself writes down.
    expect(expressions.filter((each) => !/^\$\{\{ matrix\.[-\w]+ \}\}$/.test(each))).toEqual([]);
  });

  test('is a workflow to actionlint', async () => {
    expect(await lintWorkflow(text, file)).toEqual([]);
  });

  test('calls workflows with what they take', () => {
    for (const job of Object.values(jobs).filter(({ uses }) => uses?.startsWith('./'))) {
      const { inputs = {}, secrets = {} } = ((parse(read(job.uses ?? '')) as Workflow).on.workflow_call ??
        {}) as Call;
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(job.with ?? {})));
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining(Object.keys(job.secrets ?? {})));
      const required = Object.entries(inputs).filter(([, input]) => input.required);
      expect(Object.keys(job.with ?? {})).toEqual(expect.arrayContaining(required.map(([name]) => name)));
    }
  });
});

describe.each(['migration-gate.yml', 'deploy-staging.yml', 'rollback.yml'])('%s', (name) => {
  const { permissions, defaults, concurrency, jobs, on } = workflow(name);

  test('allows nothing that a job does not ask for, and writes nothing but packages', () => {
    expect(permissions).toEqual({});
    const asked = Object.values(jobs).flatMap((job) => Object.entries(job.permissions ?? { none: 'named' }));
    const writes = asked.filter(([scope, level]) => level !== 'read' && scope !== 'packages');
    expect(writes).toEqual([]);
  });

  test('ends where a part of a pipe fails', () => {
    expect(defaults?.run?.shell).toBe('bash');
  });

  test('never cancels a migration that runs', () => {
    // A called workflow runs in the group of its caller.
    if ('workflow_call' in on) expect(concurrency).toBeUndefined();
    else expect(concurrency?.['cancel-in-progress']).toBe(false);
  });

  test('says of each input and secret what it is', () => {
    const { inputs = {}, secrets = {} } = (on.workflow_call ?? on.workflow_dispatch ?? {}) as Call;
    const silent = Object.entries({ ...inputs, ...secrets }).filter(([, each]) => !each.description);
    expect(silent).toEqual([]);
  });
});

test('a deployment builds, scans, pushes, synthesizes, passes the gate, and only then deploys services', () => {
  const { jobs } = workflow('migration-gate.yml');
  const image = (jobs.image?.steps ?? []).map(({ name, uses }) => name ?? uses?.split('@')[0]);
  const order = ['Build', 'Scan', 'docker/login-action', 'Push'].map((step) => image.indexOf(step));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
  const names = (jobs.gate?.steps ?? []).map(({ name }) => name);
  expect(names.indexOf('Synthesize')).toBeLessThan(names.indexOf('Migration gate'));
  const deploy = workflow('deploy-staging.yml');
  expect(deploy.on).toEqual({ push: { branches: ['develop'] } });
  expect(deploy.jobs).toMatchObject({
    gate: { uses: './.github/workflows/migration-gate.yml' },
    services: { needs: 'gate' },
    notify: { needs: ['gate', 'services'] },
  });
  // A job that takes too long ends as cancelled.
  for (const result of ['failure', 'cancelled']) {
    expect(String(deploy.jobs.notify?.if)).toContain(`contains(needs.*.result, '${result}')`);
  }
});

test('a called workflow gets each secret that it knows for the cluster, also that of its environment', () => {
  const { gate } = workflow('deploy-staging.yml').jobs;
  expect(Object.keys(gate?.secrets ?? {}).sort()).toEqual(['KUBECONFIG', 'NOTIFY_URL']);
});

test('a rollback applies the services as a deployment does, and neither is stopped by what the other has changed', () => {
  const scripts = ['deploy-staging.yml', 'rollback.yml'].map((name) =>
    stepsOf(workflow(name).jobs).flatMap(({ run = '' }) => run.match(/kubectl apply .*/g) ?? []),
  );
  for (const commands of scripts) {
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      expect(command).toContain('--server-side --force-conflicts --field-manager=services');
    }
  }
});

test('the token of a run goes to no registry but its own', () => {
  const login = stepsOf(workflow('migration-gate.yml').jobs).find(({ uses }) =>
    uses?.startsWith('docker/login'),
  );
  expect(login?.with?.password).toMatch(/inputs\.registry == 'ghcr\.io' && secrets\.GITHUB_TOKEN/);
});

test('a pull request that changes what the manifests are made of is reviewed, too', () => {
  const { paths } = workflow('migrations-pr.yml').on.pull_request as { paths: readonly string[] };
  expect(paths).toEqual(expect.arrayContaining(['migrations/**', 'dist/**', 'main.ts', 'lib/**', 'core/**']));
});

test('a workflow that other repositories call uses nothing of its own repository', () => {
  const steps = stepsOf(workflow('migration-gate.yml').jobs);
  expect(steps.filter(({ uses }) => uses?.startsWith('./'))).toEqual([]);
});

test('a rollback is started by hand alone, in an environment that can ask for approval', () => {
  const { on, jobs } = workflow('rollback.yml');
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  for (const job of Object.values(jobs)) {
    expect(job.environment).toBe('$' + '{{ inputs.environment }}');
  }
  expect(jobs).toMatchObject({ plan: { if: "inputs.token == ''" }, rollback: { if: "inputs.token != ''" } });
});

test('what installs the command installs this version of it', () => {
  const { version } = JSON.parse(read('cli/package.json')) as { version: string };
  const { inputs } = parse(read('action.yml')) as { inputs: Record<string, { default?: unknown }> };
  expect(inputs.version?.default).toBe(version);
  const call = workflow('migration-gate.yml').on.workflow_call as { inputs: typeof inputs };
  expect(call.inputs['cli-version']?.default).toBe(version);
});

test('the action puts no input into its script', () => {
  const scripts = scriptsOf(read('action.yml'));
  expect(scripts).toHaveLength(1);
  expect(read('action.yml').split('run: |')[1]).not.toContain('$' + '{{');
});

describe('what judges them', () => {
  const good = (run: string, more = '') =>
    `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n${more}    steps:\n      - run: ${run}\n`;

  test.each<[string, string, RegExp]>([
    ['a key that is none', good('true').replace('on: push', 'on: {push: {brnches: [a]}}'), /brnches/],
    ['a job that is needed and not there', good('true', '    needs: [b]\n'), /does not exist/],
    [
      'an input that an action does not have',
      good('true').replace('- run: true', '- {uses: actions/checkout@v4, with: {nix: 1}}'),
      /"nix" is not defined/,
    ],
    ['an injection', good('echo $' + '{{ github.event.issue.title }}'), /potentially untrusted/],
  ])('finds %s', async (_name, text, message) => {
    expect(await lintWorkflow(good('true'), 'w.yml')).toEqual([]);
    expect(await lintWorkflow(text, 'w.yml')).toEqual([expect.stringMatching(message)]);
  });

  const shellcheck = process.env.PATH?.split(':').some((folder) => existsSync(join(folder, 'shellcheck')));
  (shellcheck ? test : test.failing)(
    'finds what a shell would do to a name with blanks, where shellcheck is',
    () => {
      const [{ script } = { script: '' }] = scriptsOf(good('rm $NAME'));
      expect(lintScript(script, 'w.yml', { isOfWorkflow: true })).toEqual([
        expect.stringMatching(/^w\.yml.*SC2086/),
      ]);
    },
  );
});

test('a release runs all of CI first, and names the base by the one line that the Dockerfile has for it', () => {
  const { jobs } = workflow('release.yml');
  expect(jobs.check?.uses).toBe('./.github/workflows/ci.yml');
  expect(workflow('ci.yml').on).toHaveProperty('workflow_call');
  const dockerfile = read(join('runner', 'Dockerfile'));
  expect(dockerfile.match(/^ARG BASE=\S+$/gm)).toHaveLength(1);
});
