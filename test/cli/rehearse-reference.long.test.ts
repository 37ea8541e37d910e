import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { serverUrl } from '../support/database';
import { copyOfDist, drizzleGate, withFolder } from './support';

const server = ['--server', serverUrl()];

/** What the server's own database has, and whether that of the rehearsal is still there. */
async function stateAfter(stdout: string): Promise<unknown> {
  const [name = 'nothing'] = /drizzle_gate_rehearsal_[0-9a-f]+/.exec(stdout) ?? [];
  const sql = postgres(serverUrl(), { max: 1 });
  try {
    const left = await sql`select datname from pg_database where datname = ${name}`;
    const schemas = await sql`select nspname from pg_namespace where nspname !~ '^pg_' order by 1`;
    const relations =
      await sql`select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace`;
    return { known: name !== 'nothing', left: left.length, schemas: [...schemas], relations: [...relations] };
  } finally {
    await sql.end();
  }
}

const UNTOUCHED = {
  known: true,
  left: 0,
  schemas: [{ nspname: 'information_schema' }, { nspname: 'public' }],
  relations: [],
};

describe('drizzle-gate rehearse', () => {
  test('the reference passes, every step is shown, and the server is left as it was', async () => {
    const { code, stdout, stderr } = await drizzleGate(['rehearse', ...server], {
      env: {
        DATABASE_URL: 'postgresql://u:ambient-password@production.invalid/db',
        PGHOST: 'production.invalid',
        PGPORT: '1',
        PGTARGETSESSIONATTRS: 'standby',
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      'DATABASE_URL, PGHOST, PGPORT, PGTARGETSESSIONATTRS of this shell: ignored, a rehearsal never touches that database',
    );
    expect(stdout).not.toMatch(/production\.invalid|ambient-password/);
    expect(stdout).toMatch(/schema before and after:\n[\s\S]*│ tables +│ +0 │ +11 │/);
    expect(stdout).toMatch(/not confirmed, so nothing was changed \(exit code 85\)/);
    expect(stdout).toMatch(/token of this plan, which confirms it until .*:\n {2}│ {5}\S+-\S+\n/);
    expect(stdout).toContain('the safety delay is shortened to 1 s for the rehearsal');
    expect(stdout).toContain('rolling back in 1 s');
    expect(stdout).toMatch(/schema before and after the rollback:\n[\s\S]*│ tables +│ +11 │ +9 │/);
    expect(stdout).toMatch(/table public\.reports +│ 3 rows/);
    expect(stdout.match(/^│ [✓✗] │ .*?(?=\d* │$)/gm)?.map((line) => line.replace(/ +/g, ' '))).toEqual([
      '│ ✓ │ migrate │ Job Complete, exit code 0 │ ',
      '│ ✓ │ fill the tables │ 30 rows in 10 tables │ ',
      '│ ✓ │ refuse an unconfirmed rollback │ refused as it must, exit code 85 │ ',
      '│ ✓ │ count what would be lost │ 6 rows or values │ ',
      '│ ✓ │ roll back with the token │ Job Complete, exit code 0 │ ',
      '│ ✓ │ find the rows under kept │ 1 kept copy │ ',
      '│ ✓ │ migrate again │ Job Complete, exit code 0 │ ',
      '│ ✓ │ the same schema as before │ │ ',
      '│ ✓ │ restore the kept rows │ exit code 0 │ ',
      expect.stringMatching(/^│ ✓ │ the same rows as before │ \d+ rows │ $/),
    ]);
    const table = stdout.split('\n').filter((line) => /^[┌│├└].*[┐│┤┘]$/.test(line));
    expect(table.filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/\nverdict: the gate works\. .*\n.* the rows that were lost come back\.\n$/);
    expect(await stateAfter(stdout)).toEqual(UNTOUCHED);
  });

  test('on an embedded server it passes too, and leaves no folder', async () => {
    await withFolder(async (folder) => {
      const args = ['rehearse', '--no-rollback'];
      const { code, stdout, stderr } = await drizzleGate(args, { env: { TMPDIR: folder } });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^database: embedded PostgreSQL at 127\.0\.0\.1:\d+, database /m);
      expect(stdout).toMatch(/\nverdict: these manifests migrate; the rollback was not rehearsed\.\n$/);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  test('on an embedded server a failure keeps its exit code', async () => {
    await withFolder(async (folder) => {
      const dist = copyOfDist(join(folder, 'dist'), (text) => text.replaceAll('value: "1"', 'value: "0"'));
      const { code, stderr } = await drizzleGate(['rehearse', '--dist', dist]);
      expect({ code, stderr }).toEqual({ code: 84, stderr: '' });
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s drops the database on the server', async (signal) => {
    await withFolder(async (folder) => {
      const { code, stdout, stderr } = await drizzleGate(['rehearse', ...server], {
        env: { TMPDIR: folder },
        interruptAt: { text: '┌ migrate', signal },
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: `✗ interrupted (${signal}) (exit code 130)\n` });
      expect(readdirSync(folder)).toEqual([]);
      expect(await stateAfter(stdout)).toEqual(UNTOUCHED);
    });
  });

  test.each(['Secret teei', '┌ migrate'])('Ctrl-C at "%s" ends the embedded server', async (text) => {
    await withFolder(async (folder) => {
      const { code, stderr } = await drizzleGate(['rehearse'], {
        env: { TMPDIR: folder },
        interruptAt: { text, signal: 'SIGINT' },
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: '✗ interrupted (SIGINT) (exit code 130)\n' });
      expect(readdirSync(folder)).toEqual([]);
    });
  });
});
