import { drizzleGate } from './support';

const SECRET = 'pa55-w0rd';

describe('drizzle-gate, given what it cannot use', () => {
  test.each<[string, string[], number, RegExp]>([
    ['an unknown command', ['rehears'], 64, /^error: unknown command 'rehears'\n/],
    ['an unknown option', ['rehearse', '--sever=x'], 64, /^error: unknown option '--sever=x'\n/],
    ['a missing value', ['rehearse', '--dist'], 64, /argument missing/],
    [
      'an option in place of a value',
      ['history', '--html', '--json'],
      64,
      /^error: --html has no value: --json follows, an option; give one, or write --html=--json\n/,
    ],
    ['one argument too many', ['rehearse', 'dist'], 64, /too many arguments/],
    [
      'no manifests',
      ['rehearse', '--dist', '/nowhere'],
      78,
      /^✗ \/nowhere\/db-migration\.yaml does not exist \(exit code 78\)\n→ run `npx cdk8s synth` first, or give --dist\n$/,
    ],
    ...['lint', 'rollback prove', 'rollback generate', 'review'].map(
      (words): [string, string[], number, RegExp] => [
        `${words} of no folder`,
        [...words.split(' '), '--migrations', '/nowhere'],
        78,
        /^✗ \/nowhere: the folder does not exist; give the folder that drizzle-kit writes as --migrations \(/,
      ],
    ),
    ['no URL', ['rehearse', '--server', 'localhost'], 78, /^✗ --server is not a URL of a PostgreSQL/],
    ['no host', ['rehearse', '--server', 'postgresql:///db'], 78, /^✗ --server is not a URL of a PostgreSQL/],
    [
      'another database',
      ['rehearse', '--server', `mysql://u:${SECRET}@h/db`],
      78,
      /^✗ --server is not a URL/,
    ],
    [
      'a server that does not answer',
      ['rehearse', '--server', `postgresql://u:${SECRET}@127.0.0.1:1/db`],
      69,
      /^✗ no database can be made on 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1 \(exit code 69\)\n→ correct --server or start that server/,
    ],
    [
      'a name with several addresses that do not answer',
      ['rehearse', '--server', `postgresql://u:${SECRET}@localhost:1/db`],
      69,
      /^✗ no database can be made on localhost:1: .*ECONNREFUSED/,
    ],
    [
      'a password in a mistyped option',
      ['rehearse', `--sever=postgresql://u:${SECRET}@h/db`],
      64,
      /^error: unknown option '--sever=postgresql:\/\/u:\*\*\*@h\/db'\n/,
    ],
  ])('%s', async (_name, args, expected, message) => {
    const { code, stdout, stderr } = await drizzleGate(args);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('a wrong password is 77 and never printed', async () => {
    const url = new URL(process.env.TEST_SERVER_URL ?? '');
    url.password = SECRET;
    const { code, stdout, stderr } = await drizzleGate(['rehearse', '--server', url.href]);
    expect(code).toBe(77);
    expect(stderr).toMatch(/password authentication failed for user "postgres" \(exit code 77\)\n→ /);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('the password of a server that works is not printed either', async () => {
    const url = new URL(process.env.TEST_SERVER_URL ?? '');
    const { stdout, stderr } = await drizzleGate(['rehearse', '--no-rollback', '--server', url.href]);
    expect(stdout + stderr).not.toContain(url.password);
  });
});

test('help names defaults, and not that what nobody asks for is not done', async () => {
  for (const command of ['lint', 'deploy']) {
    const { code, stdout } = await drizzleGate([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--json');
    expect(stdout.replace(/\s+/g, ' ')).not.toMatch(/\(default: (?:false|\[\])\)/);
  }
  expect((await drizzleGate(['rehearse', '--help'])).stdout).toContain('(default: "dist")');
});
