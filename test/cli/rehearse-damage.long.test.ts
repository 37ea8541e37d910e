import { join } from 'node:path';
import { serverUrl } from '../support/database';
import { copyOfDist, drizzleGate, withFolder } from './support';

/** Rehearses a copy of the reference manifests in which something was changed. */
async function rehearseDamaged(edit: (text: string, path: string) => string) {
  return withFolder(async (folder) => {
    const dist = copyOfDist(join(folder, 'dist'), (text, path) => {
      const edited = edit(text, path);
      if (!path.includes('rollback') && edited === text) throw new Error(`${path} was not changed`);
      return edited;
    });
    return drizzleGate(['rehearse', '--dist', dist, '--server', serverUrl()]);
  });
}

const WITHOUT_POLICY = (text: string) =>
  text.replace(/ {2}podFailurePolicy:\n[\s\S]*? {2}podReplacementPolicy/, '  podReplacementPolicy');
const WRONG_DIGEST = (text: string) =>
  text.replace(/(name: MIGRATIONS_DIGEST\n\s+value: )[0-9a-f]{64}/g, `$1"${'0'.repeat(64)}"`);
const script = (number: string, sql: string) => (text: string) =>
  text.replace(
    new RegExp(`( {2}${number}_rollback\\.sql: \\|\\n)[\\s\\S]*?(?=\\n {2}\\d{4}_|\\nimmutable)`),
    `$1    ${sql}`,
  );

describe('a rehearsal of damaged manifests fails', () => {
  test.concurrent('a digest of another folder: 81, at once', async () => {
    const { code, stdout } = await rehearseDamaged(WRONG_DIGEST);
    expect(code).toBe(81);
    expect(stdout).toContain('Job Failed: podFailurePolicy says FailJob');
    expect(stdout).toMatch(/│ ✗ │ migrate │ Job Failed, exit code 81 +│/);
    expect(stdout).toMatch(/\nverdict: FAILED \(exit code 81\)\. .*\n$/);
    expect(stdout).not.toContain('refuse an unconfirmed');
  });

  test.concurrent('without a failure policy the same is tried backoffLimit times, and shown', async () => {
    const { code, stdout } = await rehearseDamaged((text) =>
      WITHOUT_POLICY(WRONG_DIGEST(text)).replace('backoffLimit: 3', 'backoffLimit: 1'),
    );
    expect(code).toBe(81);
    expect(stdout).toMatch(/│ ✗ │ migrate │ Job Failed, exit code 81, 2 attempts +│/);
  });

  test.concurrent('a rollback that the Job repeats after the refusal is no refusal', async () => {
    const { code, stdout } = await rehearseDamaged((text, path) =>
      path.includes('rollback')
        ? WITHOUT_POLICY(text).replace('backoffLimit: 0', 'backoffLimit: 1')
        : `${text}# changed\n`,
    );
    expect(code).toBe(85);
    expect(stdout).toMatch(
      /│ ✗ │ refuse an unconfirmed rollback │ Job Failed, exit code 85, 2 attempts, must fail at once +│/,
    );
  });

  test.concurrent('a rollback script that leaves something: migrating again fails', async () => {
    const damage = script('0013', 'DROP FUNCTION public.fail_stale_reports(interval);');
    const { code, stdout } = await rehearseDamaged(damage);
    expect(code).toBe(80);
    expect(stdout).toMatch(/│ ✓ │ roll back with the token/);
    expect(stdout).toMatch(/│ ✗ │ migrate again +│ Job Failed, exit code 80 +│/);
  });

  test.concurrent('a rollback script that takes too much: the schema is not the same', async () => {
    const damage = (text: string) =>
      text.replaceAll(
        '    DROP TYPE public.report_kind;',
        '    DROP TYPE public.report_kind;\n    DROP INDEX public.matches_paused_at_idx;',
      );
    const { code, stdout } = await rehearseDamaged(damage);
    expect(code).toBe(90);
    expect(stdout).toContain('  ✗ missing in indexes: matches_paused_at_idx\n');
    expect(stdout).toMatch(/│ ✗ │ the same schema as before +│ 1 difference, see above +│/);
    expect(stdout).not.toContain('restore the kept rows');
  });

  test.concurrent('manifests that discard what is lost pass without rows that come back, and it is said', async () => {
    const { code, stdout } = await rehearseDamaged((text, path) =>
      path.includes('rollback') ? text.replaceAll('value: keep', 'value: discard') : `${text}# changed\n`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ ✓ │ find the rows under kept +│ discarded, as ROLLBACK_KEEP says +│/);
    expect(stdout).not.toContain('restore the kept rows');
  });

  test.concurrent('a rollback script that fails is 82, and nothing was rolled back', async () => {
    const { code, stdout } = await rehearseDamaged(script('0013', 'DROP TABLE public.nonexistent;'));
    expect(code).toBe(82);
    expect(stdout).toMatch(/│ ✗ │ roll back with the token +│ Job Failed, exit code 82 +│/);
    expect(stdout).not.toContain('migrate again');
  });
});
