import { Command } from '../../../core/contract';

const ALWAYS: ReadonlySet<string | undefined> = new Set([
  Command.STATUS,
  Command.HISTORY,
  Command.ROLLBACK_KEPT,
]);

/** Whether a command gives what was asked for on standard output, and its events on the other. */
export function hasDocument(argv: readonly string[]): boolean {
  return ALWAYS.has(argv[0]) || (argv[0] === Command.ROLLBACK_PLAN && argv.includes('--json'));
}
