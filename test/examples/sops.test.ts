import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { parse, stringify } from 'yaml';
import { problemsOf } from '../../examples/secrets/sops/check-encrypted';
import { withFolder } from '../cli/support';
import { decryptTree, encryptTree, type SopsMetadata, type Tree } from '../support/sops';

const EXAMPLE = 'examples/secrets/sops';
const FILE = 'secrets/orders-db.yaml';
const text = readFileSync(join(EXAMPLE, FILE), 'utf8');
const committed = parse(text) as Tree & { sops: SopsMetadata };
const config = readFileSync(join(EXAMPLE, '.sops.yaml'), 'utf8');
const [rule] = (parse(config) as { creation_rules: Record<string, string>[] }).creation_rules;
const testKey = readFileSync('test/examples/sops-test-key.txt', 'utf8').trim().split('\n').at(-1) ?? '';

const PLAIN = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'orders-db', namespace: 'orders' },
  type: 'Opaque',
  stringData: { PGUSER: 'migrator', PGPASSWORD: 'an example, not a password' },
};
const serialized = (tree: Tree) =>
  stringify(tree, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });

// Only PATH and the key: no configuration, key or agent of whoever runs the tests.
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  SOPS_AGE_KEY: testKey,
  SOPS_DISABLE_VERSION_CHECK: 'true',
};
const hasSops = spawnSync('sops', ['--version'], { env }).status === 0;
const sops = (args: string[], cwd: string) => execFileSync('sops', args, { cwd, encoding: 'utf8', env });

/** Who reads what was encrypted; the real program where the machine has it. */
const READERS: [string, (encrypted: string) => Promise<Tree>][] = [
  [
    `the form as it is documented${hasSops ? '' : ' (no sops on this machine)'}`,
    (encrypted) => decryptTree(parse(encrypted), testKey),
  ],
  ...(hasSops
    ? [
        [
          'sops',
          async (encrypted: string) =>
            withFolder((folder) => {
              writeFileSync(join(folder, 'a.yaml'), encrypted);
              return parse(sops(['decrypt', 'a.yaml'], folder)) as Tree;
            }),
        ] as [string, (encrypted: string) => Promise<Tree>],
      ]
    : []),
];

describe.each(READERS)('read by %s', (_reader, read) => {
  test('the committed file is the Secret', async () => {
    expect(await read(text)).toEqual(PLAIN);
  });

  test('what is encrypted comes back, with every type and an empty text', async () => {
    const tree = { ...PLAIN, stringData: { A: 'ü\n"', B: '', C: '007' }, data: { D: true, E: 3, F: 0.5 } };
    const encrypted = await encryptTree(tree, rule?.age ?? '', rule?.encrypted_regex ?? '');
    expect(await read(serialized(encrypted))).toEqual(tree);
  });

  test('another place for a value, or another name of the Secret, is noticed', async () => {
    const { stringData } = committed as unknown as typeof PLAIN;
    const swapped = { PGUSER: stringData.PGPASSWORD, PGPASSWORD: stringData.PGUSER };
    await expect(read(serialized({ ...committed, stringData: swapped }))).rejects.toThrow();
    const renamed = { ...committed, metadata: { ...PLAIN.metadata, name: 'other-db' } };
    await expect(read(serialized(renamed))).rejects.toThrow(/mac/i);
  });
});

if (hasSops) {
  test('what sops encrypts by the rules of the example is read, and is nothing to complain about', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'secrets'));
      writeFileSync(join(folder, '.sops.yaml'), config);
      writeFileSync(join(folder, FILE), stringify(PLAIN));
      const encrypted = sops(['encrypt', FILE], folder);
      expect(await decryptTree(parse(encrypted), testKey)).toEqual(PLAIN);
      expect(problemsOf(FILE, encrypted)).toEqual([]);
    }));
}

describe('the example', () => {
  test('was encrypted by its own rules, for the test key', async () => {
    expect(new RegExp(rule?.path_regex ?? '$^').test(FILE)).toBe(true);
    expect(committed.sops.encrypted_regex).toBe(rule?.encrypted_regex);
    expect(committed.sops.age.map(({ recipient }) => recipient)).toEqual([rule?.age]);
    expect(rule?.age).toBe(await identityToRecipient(testKey));
    // Go reads a bare one as a time, and the MAC would not fit.
    expect(text).toContain(`lastmodified: "${committed.sops.lastmodified}"`);
  });

  test('opens with no other key', async () => {
    await expect(decryptTree(committed, await generateIdentity())).rejects.toThrow();
  });

  test('has nothing readable in it', () => {
    for (const value of Object.values(PLAIN.stringData)) expect(text).not.toContain(value);
  });
});

describe('the check of a secrets folder', () => {
  const yaml = (tree: unknown) => problemsOf('secrets/a.yaml', stringify(tree));
  const readable = (key: string) =>
    `secrets/a.yaml: Secret orders-db: the value of ${key} is readable; run \`sops encrypt --in-place\`, and change the value if it was committed`;

  test('finds every readable value, and shows none', () => {
    expect(yaml(PLAIN)).toEqual([readable('PGUSER'), readable('PGPASSWORD')]);
    expect(yaml({ kind: 'List', items: [PLAIN] })).toHaveLength(2);
    expect(problemsOf('secrets/a.yaml', `${text}---\n${stringify(PLAIN)}`)).toHaveLength(2);
    expect(problemsOf('secrets/a.json', JSON.stringify(PLAIN))).toHaveLength(2);
    expect(yaml({ ...PLAIN, stringData: undefined, data: { K: 'aHVudGVyMg==' } })).toEqual([readable('K')]);
  });

  test('one value that was added to an encrypted file, an empty one, and marks without a MAC', () => {
    const { stringData } = committed as unknown as typeof PLAIN;
    expect(yaml({ ...committed, stringData: { ...stringData, MORE: 'plain' } })).toEqual([readable('MORE')]);
    expect(yaml({ ...committed, stringData: { ...stringData, MORE: '' } })).toEqual([
      'secrets/a.yaml: Secret orders-db: the value of MORE is empty',
    ]);
    expect(yaml({ ...committed, sops: undefined })).toHaveLength(2);
  });

  test('other files, and what may stay as it is', () => {
    expect(problemsOf('secrets/.env', 'A=b')).toHaveLength(1);
    expect(yaml({ password: 'plain' })).toHaveLength(1);
    expect(problemsOf('secrets/a.yaml', 'a: [')).toEqual(['secrets/a.yaml: not YAML; correct it']);
    expect(yaml({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', spec: {} })).toEqual([]);
    expect(problemsOf('secrets/README.md', 'password')).toEqual([]);
    expect(problemsOf(FILE, text)).toEqual([]);
  });

  test('as a command', () =>
    withFolder((folder) => {
      writeFileSync(join(folder, 'a.yaml'), stringify(PLAIN));
      const check = ['--import', 'tsx', join(EXAMPLE, 'check-encrypted.ts')];
      const run = (...folders: string[]) =>
        spawnSync(process.execPath, [...check, ...folders], { encoding: 'utf8' });
      expect(run(join(EXAMPLE, 'secrets'))).toMatchObject({ status: 0, stderr: '' });
      const { status, stderr } = run(folder, join(folder, 'nowhere'));
      expect(status).toBe(1);
      expect(stderr).toContain('the value of PGPASSWORD is readable');
      expect(stderr).toContain('nowhere: no such folder');
    }));

  test('this repository has nothing readable below a secrets folder', () => {
    const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n');
    const secrets = files.filter((path) => /(^|\/)secrets\//.test(path));
    expect(secrets).toContain(`${EXAMPLE}/${FILE}`);
    expect(secrets.flatMap((path) => problemsOf(path, readFileSync(path, 'utf8')))).toEqual([]);
  });
});
