import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerLine } from '../../cli/src/rehearse/container-line';
import { PLAIN } from '../../runner/src/terminal/palette';
import { ScreenEmulator } from '../runner/terminal/screen-emulator';
import { withDatabase } from '../support/database';
import { migrationsFolder } from '../support/migrations-folder';
import { environment } from '../support/runner';
import { onTerminal } from './terminal';

const SLOW = { tag: '0000_slow', sql: "select 1; select pg_sleep(1.5); do $$ begin raise 'no'; end $$;" };

test('migrate on a terminal: a line while it runs, colours, and nothing of the line left when it fails', () =>
  withDatabase(async ({ url }) => {
    const env = { ...environment(url, migrationsFolder([SLOW])), TERM: 'xterm', NO_COLOR: '' };
    const { code, output } = await onTerminal(['migrate'], env, []);
    expect(code).toBe(82);
    expect(output).toContain('\u001b[2mapplying 0000_slow · statement 2 of 3 · 1 s');
    expect(output).toContain('\u001b[31m✗ 0000_slow.sql:');
    expect(output).toContain('(exit code 82)\u001b[39m');
    const screen = new ScreenEmulator(80);
    screen.write(output);
    expect(screen.lines.filter((line) => line.startsWith('applying 0000_slow · '))).toEqual([]);
    expect(screen.lines.at(-1)).toBe('');
  }));

test('Ctrl-C takes the line away too, and NO_COLOR the colours', () =>
  withDatabase(async ({ url }) => {
    const env = { ...environment(url, migrationsFolder([{ tag: '0000_slow', sql: 'select pg_sleep(60)' }])) };
    const keys = [{ at: 'applying 0000_slow · ', type: '\u0003' }];
    // The code is that of the shell that `script` starts, which Ctrl-C reaches as well.
    const { output } = await onTerminal(['migrate'], { ...env, TERM: 'xterm', NO_COLOR: '1' }, keys);
    expect(output.replaceAll(/\p{Cc}\[(?!\d+m)/gu, '')).not.toMatch(/\p{Cc}\[/u);
    expect(output).toContain('(exit code 75)');
    const screen = new ScreenEmulator(80);
    screen.write(output);
    expect(screen.lines.filter((line) => line.includes('applying 0000_slow · '))).toEqual([]);
    expect(screen.lines.join('\n')).toContain('statement 1: interrupted');
  }));

test('a rehearsal shows which container runs and since when, below what it prints', async () => {
  const screen = new ScreenEmulator(80);
  const line = new ContainerLine(screen, PLAIN);
  const print = line.above((text) => void screen.write(`${text}\n`));
  await line.during('migrate', async () => {
    await sleep(300);
    expect(screen.written).toEqual([]);
    await sleep(900);
    print('event');
    expect(screen.lines).toEqual(['event', '  │ migrate · 1 s']);
  });
  expect(screen.lines).toEqual(['event', '']);
});
