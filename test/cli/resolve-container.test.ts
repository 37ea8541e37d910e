import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Container,
  EnvVar,
  Job,
  KubernetesObject,
  Manifest,
  Volume,
} from '../../cli/src/rehearse/manifest';
import { type LocalProcess, resolveContainer } from '../../cli/src/rehearse/resolve-container';
import { withFolder } from './support';

const URL_FORM = { DATABASE_URL: 'postgresql://own:own@rehearsal:1/own' };
const PARTS_FORM = {
  PGHOST: 'rehearsal',
  PGPORT: '1',
  PGDATABASE: 'own',
  PGUSER: 'own',
  PGPASSWORD: 'own',
};
const CONNECTION = { ...URL_FORM, ...PARTS_FORM };
const SCRIPTS: KubernetesObject = {
  kind: 'ConfigMap',
  metadata: { name: 'scripts' },
  data: { 'a.sql': 'select 1', 'b.sql': 'select 2' },
};

interface Given {
  readonly env?: readonly EnvVar[];
  readonly container?: Partial<Container>;
  readonly volumes?: readonly Volume[];
  readonly objects?: readonly KubernetesObject[];
  readonly overrides?: Readonly<Record<string, string | undefined>>;
}

/** What the container becomes; `use` sees it while the mounted files exist. */
async function resolved<T>(given: Given, use: (local: LocalProcess, scratch: string) => T): Promise<T> {
  const container: Container = {
    name: 'migrate',
    image: 'x',
    args: ['migrate'],
    env: given.env,
    ...given.container,
  };
  const job = {
    kind: 'Job',
    metadata: { name: 'job' },
    spec: { template: { spec: { containers: [container], volumes: given.volumes } } },
  } as Job;
  const manifest: Manifest = { path: 'a.yaml', job, objects: [job, ...(given.objects ?? [SCRIPTS])] };
  return withFolder((scratch) => {
    const surroundings = {
      database: { description: '', environment: CONNECTION, sql: undefined as never },
      migrations: '/project/migrations',
      scratch,
      overrides: given.overrides ?? {},
      signal: new AbortController().signal,
    };
    return use(resolveContainer(manifest, container, surroundings), scratch);
  });
}

const envOf = (given: Given) => resolved(given, ({ env }) => env);
const fromSecret = (name: string, optional?: boolean): EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: 'db', key: 'k', optional } },
});
const fromMap = (key: string, optional?: boolean): EnvVar => ({
  name: 'SCRIPT',
  valueFrom: { configMapKeyRef: { name: 'scripts', key, optional } },
});
const mount = { volumeMounts: [{ name: 'v', mountPath: '/mnt/v' }] };

describe('the environment of a container', () => {
  test('a plain value is taken as it is, and the args too', async () => {
    const local = await resolved({ env: [{ name: 'LOCK_RETRIES', value: '3' }] }, (value) => value);
    expect(local).toEqual({ args: ['migrate'], env: { LOCK_RETRIES: '3' } });
  });

  test.each([
    ['from the Secret', ['DATABASE_URL', 'PGHOST', 'PGPASSWORD'].map((name) => fromSecret(name))],
    [
      'written into the manifest',
      [
        { name: 'DATABASE_URL', value: 'postgresql://u:p@production/db' },
        { name: 'PGHOST', value: 'production' },
        { name: 'PGPASSWORD', value: 'p' },
      ],
    ],
  ])('a connection %s is that of the rehearsal', async (_name, env) => {
    expect(await envOf({ env })).toEqual(CONNECTION);
  });

  test.each<[string, readonly EnvVar[], Record<string, string>]>([
    ['a URL in a file', [{ name: 'DATABASE_URL_FILE', value: '/vault/secrets/database-url' }], URL_FORM],
    [
      'user and password in files, the port left to its default',
      [
        { name: 'PGHOST', value: 'production' },
        { name: 'PGDATABASE', value: 'orders' },
        { name: 'PGUSER_FILE', value: '/vault/secrets/pguser' },
        { name: 'PGPASSWORD_FILE', value: '/vault/secrets/pgpassword' },
      ],
      PARTS_FORM,
    ],
    [
      'a token of the cloud in place of a password',
      [
        { name: 'DATABASE_LOGIN', value: 'aws-rds-iam' },
        { name: 'PGHOST', value: 'production' },
        { name: 'PGUSER', value: 'migrator' },
      ],
      PARTS_FORM,
    ],
    ['one part alone', [{ name: 'PGPASSWORD', value: 'p' }], PARTS_FORM],
  ])('%s becomes the whole connection of the rehearsal', async (_name, env, own) => {
    expect(await envOf({ env })).toEqual(own);
  });

  test('the TLS of the real database does not count here', async () => {
    const names = ['PGSSLCERT', 'PGSSLKEY_FILE', 'PGSSLNEGOTIATION'];
    const env = [
      { name: 'PGSSLMODE', value: 'verify-full' },
      fromSecret('PGSSLROOTCERT'),
      ...names.map((name) => ({ name, value: 'x' })),
    ];
    expect(await envOf({ env })).toEqual({});
  });

  test('what comes by envFrom is the connection, as nobody here can know better', async () => {
    expect(await envOf({ env: [], container: { envFrom: [{ secretRef: { name: 'db' } }] } })).toEqual(
      PARTS_FORM,
    );
  });

  test('what the runner refuses in the cluster, it refuses here', async () => {
    const env = [{ name: 'PGSERVICE', value: 'production' }];
    expect(await envOf({ env })).toEqual({ PGSERVICE: 'production' });
  });

  test('references are expanded as by the kubelet, to the connection of the rehearsal', async () => {
    const env = [
      { name: 'PGHOST', value: 'production' },
      { name: 'MIGRATIONS_SCHEMA', value: 'a$$(PGHOST)$$b$(NOBODY)$c' },
      { name: 'GRANT_STATUS_TO', value: 'on_$(PGHOST)' },
    ];
    expect(await envOf({ env })).toEqual({
      ...PARTS_FORM,
      MIGRATIONS_SCHEMA: 'a$(PGHOST)$b$(NOBODY)$c',
      GRANT_STATUS_TO: 'on_rehearsal',
    });
  });

  test('a connection that the manifest does not mention is not added', async () => {
    expect(await envOf({ env: [] })).toEqual({});
  });

  test('a key of a ConfigMap is resolved', async () => {
    expect(await envOf({ env: [fromMap('a.sql')] })).toEqual({ SCRIPT: 'select 1' });
  });

  test('a missing optional key leaves the variable unset', async () => {
    expect(await envOf({ env: [fromMap('c.sql', true), fromSecret('TOKEN', true)] })).toEqual({});
  });

  test('the rehearsal may replace and remove variables', async () => {
    const env = [
      { name: 'MIGRATIONS_DIGEST', value: 'abc' },
      { name: 'ROLLBACK_TARGET', value: '0001' },
    ];
    const overrides = { MIGRATIONS_DIGEST: undefined, ROLLBACK_TARGET: 'empty' };
    expect(await envOf({ env, overrides })).toEqual({ ROLLBACK_TARGET: 'empty' });
  });

  test("the image's migrations are those of the project", async () => {
    const env = [{ name: 'MIGRATIONS_FOLDER', value: '/app/migrations' }];
    expect(await envOf({ env })).toEqual({ MIGRATIONS_FOLDER: '/project/migrations' });
  });
});

describe('mounted ConfigMaps', () => {
  const env = [{ name: 'ROLLBACK_FOLDER', value: '/mnt/v' }];

  test('items are restored to their paths, and the variable names the local folder', async () => {
    const volumes = [
      { name: 'v', configMap: { name: 'scripts', items: [{ key: 'a.sql', path: 'rollback/x.sql' }] } },
    ];
    const folder = (scratch: string) => join(scratch, 'job', 'v');
    await resolved({ env, volumes, container: mount }, (local, scratch) => {
      expect(local.env).toEqual({ ROLLBACK_FOLDER: folder(scratch) });
      expect(readFileSync(join(folder(scratch), 'rollback', 'x.sql'), 'utf8')).toBe('select 1');
    });
  });

  test('without items every key is a file', async () => {
    const volumes = [{ name: 'v', configMap: { name: 'scripts' } }];
    await resolved({ env, volumes, container: mount }, (local) => {
      expect(readFileSync(join(String(local.env.ROLLBACK_FOLDER), 'b.sql'), 'utf8')).toBe('select 2');
    });
  });

  test('another kind of volume is no concern of a local process', async () => {
    const volumes = [{ name: 'v', emptyDir: {} } as Volume];
    expect(await envOf({ env, volumes, container: mount })).toEqual({ ROLLBACK_FOLDER: '/mnt/v' });
  });
});

test.each(['ca', 'client-certificate', 'credentials'])(
  'what is mounted for the real connection (%s) is not looked for',
  async (folder) => {
    const mountPath = `/var/run/drizzle-gate/${folder}`;
    const volumes = [{ name: 'v', configMap: { name: 'of-another-file' } }];
    const container = { volumeMounts: [{ name: 'v', mountPath }] };
    expect(await envOf({ env: [{ name: 'A', value: 'b' }], volumes, container })).toEqual({ A: 'b' });
  },
);

describe('what would not start in the cluster, or cannot run here, is refused', () => {
  const scripts = (items?: { key: string; path: string }[]) => [
    { name: 'v', configMap: { name: 'scripts', items } },
  ];
  test.each<[string, Given, string]>([
    [
      'a command of its own',
      { container: { command: ['pnpm', 'db:migrate'] } },
      'the container migrate brings its own command, which only its image has',
    ],
    ['a missing key', { env: [fromMap('c.sql')] }, 'SCRIPT: ConfigMap scripts has no key "c.sql"'],
    [
      'a Secret that is not the connection',
      { env: [fromSecret('TOKEN')] },
      'TOKEN comes from Secret db, whose value is not known here',
    ],
    ['a missing volume', { container: mount }, 'a.yaml: migrate mounts v, but the pod has no such volume'],
    [
      'a missing ConfigMap',
      { container: mount, volumes: scripts(), objects: [] },
      'a.yaml mounts ConfigMap scripts, but does not contain it',
    ],
    [
      'a mounted key that is missing',
      { container: mount, volumes: scripts([{ key: 'c.sql', path: 'c' }]) },
      'a.yaml mounts "c.sql" of ConfigMap scripts, which has no such key',
    ],
  ])('%s', async (_name, given, message) => {
    await expect(envOf(given)).rejects.toMatchObject({
      message,
      exitCode: 78,
      remedy: expect.stringMatching(/./),
    });
  });
});
