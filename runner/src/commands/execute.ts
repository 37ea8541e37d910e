import { Command } from '../../../core/contract';
import { dialAhead } from '../database/dial';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';

/** Those that do nothing else before they log in. */
const LOG_IN_FIRST: ReadonlySet<string> = new Set([
  ...[Command.MIGRATE, Command.STATUS, Command.BASELINE, Command.REPAIR],
  ...[Command.ROLLBACK, Command.ROLLBACK_PLAN],
]);

/** Runs the command that was asked for. Only its own code is loaded. */
export async function execute(
  parsed: Arguments,
  context: RunContext,
  commandLine: string,
): Promise<RunSummary> {
  const ahead = LOG_IN_FIRST.has(parsed.command) ? dialAhead(context.settings) : undefined;
  try {
    return await call(parsed, { ...context, ahead }, commandLine);
  } finally {
    // Where nobody came to take it.
    ahead?.dialled?.socket.destroy();
  }
}

async function call(parsed: Arguments, context: RunContext, commandLine: string): Promise<RunSummary> {
  switch (parsed.command) {
    case Command.PREFLIGHT:
      await (await import('./preflight')).preflightCommand(context);
      return {};
    case Command.MIGRATE:
      return (await import('./migrate')).migrateCommand(context);
    case Command.ROLLBACK_PREFLIGHT:
      return (await import('./rollback-preflight')).rollbackPreflightCommand(context);
    case Command.ROLLBACK:
      return (await import('./rollback')).rollbackCommand(context);
    case Command.ROLLBACK_PLAN:
      return (await import('./rollback-plan')).rollbackPlanCommand(context, parsed);
    case Command.ROLLBACK_KEPT:
      return (await import('./rollback-kept')).rollbackKeptCommand(context, parsed);
    case Command.HISTORY:
      return (await import('./history')).historyCommand(context, parsed);
    case Command.BASELINE:
      return (await import('./baseline')).baselineCommand(context, parsed, commandLine);
    case Command.REPAIR:
      return (await import('./repair')).repairCommand(context, parsed, commandLine);
    case Command.WAIT:
      return (await import('./wait')).waitCommand(context);
    default:
      return (await import('./status')).statusCommand(context, parsed);
  }
}
