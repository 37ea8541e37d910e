import { readdirSync, readFileSync } from 'node:fs';

/** What `ps` shows everybody: the command line of every process on this machine. */
export function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
      } catch {
        return []; // It has ended by now.
      }
    });
}
