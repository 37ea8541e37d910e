import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../runner/src/config/connection';
import { newAttempt } from '../../../runner/src/database/attempt';
import { driverOptions } from '../../../runner/src/database/driver-options';

/** What the driver takes from variables like PGDEBUG and PGMAX_PIPELINE where its options leave it out. */
function readFromEnvironment(): string[] {
  const source = readFileSync(join(process.cwd(), 'node_modules', 'postgres', 'src', 'index.js'), 'utf8');
  const defaults = /const defaults = \{([\s\S]*?)\n {2}\}/.exec(source)?.[1] ?? '';
  return [...defaults.matchAll(/^ {4}(\w+) +:|^ {4}(\w+):/gm)].map(([, name, other]) => name ?? other ?? '');
}

test('the driver finds nothing left to read from the environment', () => {
  const connection: Connection = {
    ...{ host: 'db', port: 5432, database: 'app', user: 'me', password: 'x', login: { kind: 'password' } },
    tls: {
      mode: 'disable',
      negotiation: 'postgres',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      sni: true,
    },
  };
  const { signal } = new AbortController();
  const given = driverOptions({ connection, connectTimeout: 1000, signal }, 'x', newAttempt());
  const read = readFromEnvironment();
  expect(read).toEqual(expect.arrayContaining(['max', 'ssl', 'debug', 'max_pipeline', 'publications']));
  // The variable of this one is refused, because the driver reads it in any case.
  expect(read.filter((name) => !(name in given))).toEqual(['target_session_attrs']);
});
