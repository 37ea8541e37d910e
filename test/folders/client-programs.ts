import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where Debian keeps the programs of each major version. */
const DEBIAN = '/usr/lib/postgresql';

export interface ProgramResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** PostgreSQL's own psql and pg_dump of one version: they share nothing with what is judged. */
export class ClientPrograms {
  private constructor(
    private readonly folder: string,
    /** A server of this major version, or an older one, can be dumped. */
    readonly major: number,
  ) {}

  /** @throws Error when there are none. */
  static async find(): Promise<ClientPrograms> {
    const newest = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
    for (const folder of [...newest.map((major) => join(DEBIAN, major, 'bin')), '']) {
      const { ok, stdout } = await run(join(folder, 'pg_dump'), ['--version']);
      const major = Number(/(\d+)(\.\d+)?(devel|beta\d|rc\d)?\b/.exec(stdout)?.[1]);
      if (ok && major) return new ClientPrograms(folder, major);
    }
    throw new Error(
      'pg_dump and psql are missing: install the PostgreSQL client (apt-get install postgresql-client)',
    );
  }

  /** Runs a file, in one transaction or each statement in its own, and stops at the first error. */
  psql(url: string, file: string, options: { readonly inOneTransaction: boolean }): Promise<ProgramResult> {
    const one = options.inOneTransaction ? ['--single-transaction'] : [];
    return this.run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...one, '-f', file, '-d', url]);
  }

  /** The schema of a database, without comments and settings. */
  async dumpSchema(url: string): Promise<string[]> {
    const { ok, stdout, stderr } = await this.run('pg_dump', ['--schema-only', '-d', url]);
    if (!ok) throw new Error(`pg_dump failed: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '' && !/^(--|SET |\\)/.test(line));
  }

  private run(program: string, args: readonly string[]): Promise<ProgramResult> {
    return run(join(this.folder, program), args);
  }
}

async function run(program: string, args: readonly string[]): Promise<ProgramResult> {
  try {
    return { ok: true, ...(await execute(program, args, { maxBuffer: 1024 ** 3 })) };
  } catch (error) {
    const { stdout = '', stderr = String(error) } = error as { stdout?: string; stderr?: string };
    return { ok: false, stdout, stderr };
  }
}
