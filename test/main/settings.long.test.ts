import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withMigrationsFolder } from '../support/synth';
import { ROOT, synthMain } from '../support/synth-main';

/** The problems of one refused synthesis, each without its indentation. */
function problemsWith(variables: Record<string, string>): string[] {
  const { code, stdout, stderr, files } = synthMain(variables);
  expect(code).toBe(78);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n\s+at |Error:|node:internal/);
  expect(files).toEqual({});
  const [head, ...problems] = stderr.trimEnd().split('\n');
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  expect(head).toBe(`drizzle-gate: ${count} in the environment, nothing is synthesized:`);
  return problems.map((line) => line.trim());
}

describe('main.ts: refusals', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['an empty image', { IMAGE: '' }, /^IMAGE: "" is empty; give a value, or unset it for the default$/],
    [
      'a mutable image',
      { IMAGE: 'app:latest' },
      /^IMAGE: "app:latest" has the tag "latest", which names no version; .* or set ALLOW_MUTABLE_IMAGE=true$/,
    ],
    ['no tag', { IMAGE: 'registry:5000/app' }, /^IMAGE: "registry:5000\/app" has no tag; /],
    [
      'an unknown target',
      { ROLLBACK_TARGET: '0099' },
      /^ROLLBACK_TARGET: "0099" is no migration of the journal; give a tag, for example .*"0013_\w+", "empty"$/,
    ],
    ['a namespace', { NAMESPACE: 'Teei' }, /^NAMESPACE: "Teei" is not a name; /],
    [
      'a folder that is not there',
      { MIGRATIONS_FOLDER: 'nope' },
      /^MIGRATIONS_FOLDER: "nope": the folder does not exist \(\/.*\/nope\); /,
    ],
    [
      'a delay',
      { ROLLBACK_DELAY_SECONDS: '9999' },
      /^ROLLBACK_DELAY_SECONDS: 9999 seconds is out of range; give a whole number of seconds from 0 to 3600$/,
    ],
    [
      'a choice',
      { ROLLBACK_KEEP: 'drop' },
      /^ROLLBACK_KEEP: "drop" is neither "keep" nor "discard"; give one of them$/,
    ],
    [
      'a size',
      { ROLLBACK_KEEP_LIMIT_MB: '9999999' },
      /^ROLLBACK_KEEP_LIMIT_MB: 9999999 mebibytes is out of range; /,
    ],
    ['a lifetime', { ROLLBACK_TOKEN_SECONDS: '1' }, /^ROLLBACK_TOKEN_SECONDS: 1 seconds is out of range; /],
    ['who deploys', { DEPLOYER_SUBJECT: 'ci' }, /^DEPLOYER_SUBJECT: "ci" names nobody; write "group:NAME", /],
    [
      'monitoring of Jobs that could be anywhere',
      { SYNTH_MONITORING: 'true' },
      /^NAMESPACE: the chart of \S+ has none, .*; give the namespace that they are applied to$/,
    ],
    [
      'the name of a Deployment',
      { SYNTH_MONITORING: 'true', NAMESPACE: 'teei', MONITORED_DEPLOYMENTS: 'teei,Api' },
      /^MONITORED_DEPLOYMENTS: "Api" is not the name of an object; /,
    ],
    [
      'a boolean',
      { SYNTH_ROLLBACK: 'yes' },
      /^SYNTH_ROLLBACK: "yes" is neither "true" nor "false"; give one of them$/,
    ],
  ])('%s', (_what, variables, problem) => {
    expect(problemsWith(variables)).toEqual([expect.stringMatching(problem)]);
  });

  test('every problem stands in one error, under the name of its variable', () => {
    const problems = problemsWith({
      IMAGE: 'app:latest',
      DB_CIDRS: '10.0.0.300/24, 10.0.0.1/24,10.2.0.0/16',
      DB_PORT: '70000',
      DB_SECRET: 'Login',
      DB_SECRET_KEY: 'a b',
      ROLLBACK_TARGET: 'nope',
      NAMESPACE: '-',
    });
    expect(problems.map((line) => line.split(':')[0]).sort()).toEqual([
      'DB_CIDRS',
      'DB_CIDRS',
      'DB_PORT',
      'DB_SECRET',
      'DB_SECRET_KEY',
      'IMAGE',
      'NAMESPACE',
      'ROLLBACK_TARGET',
    ]);
    expect(problems).toContain(
      'DB_CIDRS: "10.0.0.300/24" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    );
  });

  test('arguments, which nobody would read', () => {
    const { code, stderr, files } = synthMain({}, undefined, ['--output', 'elsewhere']);
    expect({ code, files }).toEqual({ code: 78, files: {} });
    expect(stderr).toContain('arguments: "--output elsewhere" would not be read; set the variables below');
  });

  test('ranges that would open too much', () => {
    expect(problemsWith({ DB_CIDRS: '0.0.0.0/0,169.254.169.0/24' })).toEqual([
      'DB_CIDRS: "0.0.0.0/0" is every address there is; give the ranges that the database can have',
      'DB_CIDRS: "0.0.0.0/0" contains 169.254.169.254, 169.254.169.252, 169.254.170.2, 169.254.170.23, where clouds hand out credentials; give narrower ranges',
      'DB_CIDRS: "169.254.169.0/24" contains 169.254.169.254, 169.254.169.252, where clouds hand out credentials; give narrower ranges',
    ]);
  });

  test('a broken journal: every problem of it', () => {
    withMigrationsFolder((folder) => {
      rmSync(join(folder, '0000_first.sql'));
      rmSync(join(folder, '0001_second.sql'));
      const problems = problemsWith({ MIGRATIONS_FOLDER: folder });
      expect(problems).toHaveLength(2);
      expect(problems[0]).toMatch(
        /^MIGRATIONS_FOLDER: .*0000_first stands in the journal, but .* does not exist/,
      );
    });
  });

  test('an empty migrations folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-'));
    try {
      mkdirSync(join(folder, 'meta'));
      expect(problemsWith({ MIGRATIONS_FOLDER: folder })[0]).toContain(
        'has neither meta/_journal.json nor a folder with a migration.sql; run `drizzle-kit generate`',
      );
      writeFileSync(join(folder, 'meta', '_journal.json'), '{');
      expect(problemsWith({ MIGRATIONS_FOLDER: folder })[0]).toContain(
        'meta/_journal.json is not valid JSON',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('main.ts: settings', () => {
  test('every variable reaches the manifests', () => {
    const { code, files } = synthMain({
      IMAGE: 'team/app:latest',
      ALLOW_MUTABLE_IMAGE: 'true',
      NAMESPACE: 'teei',
      DB_CIDRS: '10.9.0.0/24,fd00:9::/64',
      DB_PORT: '6432',
      DB_SECRET: 'login',
      DB_SECRET_KEY: 'uri',
      ROLLBACK_TARGET: 'empty',
      ROLLBACK_CONFIRM: 'the-token',
      ROLLBACK_DELAY_SECONDS: '3',
      ROLLBACK_KEEP: 'discard',
      ROLLBACK_KEEP_LIMIT_MB: '7',
      ROLLBACK_TOKEN_SECONDS: '600',
    });
    expect(code).toBe(0);
    const migration = files['db-migration.yaml'] ?? '';
    for (const text of [
      'image: team/app:latest',
      'namespace: teei',
      'cidr: 10.9.0.0/24',
      'cidr: fd00:9::/64',
      'port: 6432',
      'name: login',
      'key: uri',
    ]) {
      expect(migration).toContain(text);
    }
    const rollback = files['manual/db-rollback.yaml'] ?? '';
    expect(rollback).toMatch(/ROLLBACK_TARGET\n\s+value: empty\n/);
    expect(rollback).toMatch(/ROLLBACK_CONFIRM\n\s+value: the-token\n/);
    expect(rollback).toMatch(/ROLLBACK_DELAY_SECONDS\n\s+value: "3"\n/);
    expect(rollback).toMatch(/ROLLBACK_KEEP\n\s+value: discard\n/);
    expect(rollback).toMatch(/ROLLBACK_KEEP_LIMIT_MB\n\s+value: "7"\n/);
    expect(rollback).toMatch(/ROLLBACK_TOKEN_SECONDS\n\s+value: "600"\n/);
  });

  test('the monitoring is made on request, for a person to apply', () => {
    const { files } = synthMain({
      SYNTH_MONITORING: 'true',
      NAMESPACE: 'teei',
      MONITORED_DEPLOYMENTS: 'teei-api, teei-worker',
    });
    const monitoring = files['manual/db-monitoring.yaml'] ?? '';
    expect(monitoring).toContain('kind: PrometheusRule');
    expect(monitoring).toContain('owner_name=~"teei-api|teei-worker"');
    expect(files['db-migration.yaml']).not.toContain('PrometheusRule');
  });

  test('the rollback is left out on request', () => {
    expect(Object.keys(synthMain({ SYNTH_ROLLBACK: 'false' }).files)).toEqual(['db-migration.yaml']);
  });

  test('`cdk8s synth --stdout` prints no rollback, so that a pipe into kubectl never runs one', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    try {
      const app = ['node', join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'main.ts')].join(' ');
      const cdk8s = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');
      const { status, stdout } = spawnSync(process.execPath, [cdk8s, 'synth', '--stdout', '--app', app], {
        cwd,
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          CDK8S_CHECK_UPGRADE: 'false',
          MIGRATIONS_FOLDER: join(ROOT, 'migrations'),
          TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
        },
      });
      expect(status).toBe(0);
      expect(stdout).toContain('name: db-migration-');
      expect(stdout).not.toContain('db-rollback');
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});

test('a synth without a rollback removes that of an earlier one', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'drizzle-gate-stale-'));
  try {
    mkdirSync(join(outdir, 'manual'));
    writeFileSync(join(outdir, 'manual', 'db-rollback.yaml'), 'kind: Job\n');
    const env = { ...process.env, CDK8S_OUTDIR: outdir, SYNTH_ROLLBACK: 'false' };
    expect(spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], { env }).status).toBe(0);
    expect(readdirSync(join(outdir, 'manual'))).toEqual([]);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
});
