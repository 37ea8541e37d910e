import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENV, type EnvVariable } from '../../../core/contract';
import { readSettings } from '../../../runner/src/config/settings';
import { readTelemetry } from '../../../runner/src/config/telemetry-settings';

const folder = mkdtempSync(join(tmpdir(), 'drizzle-gate-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'value');
writeFileSync(file, 'no-such-value\n');

const BASE = { PGHOST: 'db', PGDATABASE: 'app', PGUSER: 'me' };
const names = Object.entries(ENV as Record<string, EnvVariable>);

test.each(names.filter(([, variable]) => variable.file))('%s is read from the file that is named', (name) => {
  const given = (env: Record<string, string>) => {
    const { [name as keyof typeof BASE]: _, ...rest } = BASE;
    const { problems, connection } = readSettings({ ...rest, ...env });
    const said = problems.map((problem) => problem.replaceAll(`${name}_FILE`, name));
    const telemetry = readTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', ...env });
    return { problems: said, connection, telemetry };
  };
  expect(given({ [`${name}_FILE`]: file })).toEqual(given({ [name]: 'no-such-value' }));
  expect(given({ [`${name}_FILE`]: file })).not.toEqual(given({}));
});

test.each(names.filter(([, variable]) => !variable.file))('%s from a file is refused', (name) => {
  expect(readSettings({ ...BASE, [`${name}_FILE`]: file }).problems).toEqual([
    `${name}_FILE is set, but ${name} is not read from a file; set ${name}`,
  ]);
});
