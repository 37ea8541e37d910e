import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_VERSION, Command } from '../../core/contract';
import { withDatabase } from '../support/database';

const ROOT = process.cwd();

describe('the bundle in a folder of its own, as in the image', () => {
  let app: string;
  const start = (args: string[], env: Record<string, string> = {}, entry = 'runner.cjs') =>
    spawnSync(process.execPath, [join(app, entry), ...args], {
      cwd: '/',
      env: { ...env },
      encoding: 'utf8',
      timeout: 30_000,
    });

  beforeAll(() => {
    app = mkdtempSync(join(tmpdir(), 'drizzle-gate-app-'));
    cpSync(join(ROOT, 'runner', 'dist'), app, { recursive: true });
    cpSync(join(ROOT, 'migrations'), join(app, 'migrations'), { recursive: true });
  });
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  test('is the runner in parts, with what it loads when needed and the notices beside it, and no more', () => {
    const files = readdirSync(app).map((name) => name.replace(/-[0-9A-Z]{8}\.cjs$/, '-HASH.cjs'));
    const commands = Object.values(Command).map((name) => `${name}-HASH.cjs`);
    expect([...new Set(files)].sort()).toEqual(
      [
        ...['LICENSE', 'THIRD_PARTY_LICENSES.txt', 'bom.cdx.json', 'code-cache', 'migrations'],
        ...['runner.cjs', 'runner.mjs', 'start.cjs', 'chunk-HASH.cjs', ...commands],
        ...['apply-pending-HASH.cjs', 'connecting-HASH.cjs', 'fetch-token-HASH.cjs'],
        ...['note-failure-HASH.cjs', 'stopped-midway-HASH.cjs'],
        ...['libpg-query.wasm', 'prometheus-text.cjs', 'sql-parser.cjs', 'telemetry.cjs'],
      ].sort(),
    );
  });

  test.each(['runner.cjs', 'runner.mjs'])('as %s tells its version and that of the contract', (entry) => {
    expect(start(['--version'], {}, entry).stdout).toMatch(
      new RegExp(`^\\d+\\.\\d+\\.\\d+ \\(contract ${CONTRACT_VERSION}\\)\n$`),
    );
  });

  test('ends with 13, not with success, when it waits for something that can no longer come', () => {
    const start = 'module.exports = { start: () => new Promise(() => undefined) };';
    writeFileSync(join(app, 'start.cjs'), start);
    expect(spawnSync(process.execPath, [join(app, 'runner.cjs')]).status).toBe(13);
    cpSync(join(ROOT, 'runner', 'dist', 'start.cjs'), join(app, 'start.cjs'));
  });

  test('starts without OpenTelemetry, which is there for those who ask for it', () => {
    const lean = mkdtempSync(join(tmpdir(), 'drizzle-gate-lean-'));
    const isLean = (name: string) => !['telemetry.cjs', 'prometheus-text.cjs', 'code-cache'].includes(name);
    for (const file of readdirSync(app).filter(isLean)) {
      cpSync(join(app, file), join(lean, file), { recursive: true });
    }
    const status = (env: Record<string, string>) => {
      const args = [join(lean, 'runner.cjs'), 'status'];
      return spawnSync(process.execPath, args, { env: { PGPORT: 'none', ...env }, encoding: 'utf8' });
    };
    try {
      const [plain, told] = [status({}), status({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })];
      expect([plain.status, told.status]).toEqual([78, 78]);
      expect(`${plain.stdout}${plain.stderr}`).not.toMatch(/telemetry/i);
      expect(`${told.stdout}${told.stderr}`).toContain('OpenTelemetry was not loaded');
      const parts = readdirSync(lean).filter((name) => name.endsWith('.cjs'));
      const text = parts.map((part) => readFileSync(join(lean, part), 'utf8')).join('');
      expect(text).not.toContain('node_modules/@opentelemetry');
    } finally {
      rmSync(lean, { recursive: true });
    }
  });

  test('migrates the reference schema, for which it needs the parser', async () => {
    await withDatabase(async ({ url, sql }) => {
      const { status, stderr } = start(['migrate'], {
        DATABASE_URL: url,
        MIGRATIONS_FOLDER: join(app, 'migrations'),
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const [row] = await sql`select count(*)::int as applied from drizzle.__drizzle_migrations`;
      expect(row?.applied).toBe(14);
    });
  });
});
