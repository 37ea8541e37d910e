import { Command } from '../../../core/contract';
import type { Arguments } from '../parse-arguments';
import type { RunContext, RunSummary } from '../run-context';
import { baselineCommand } from './baseline';
import { historyCommand } from './history';
import { migrateCommand } from './migrate';
import { preflightCommand } from './preflight';
import { repairCommand } from './repair';
import { rollbackCommand } from './rollback';
import { rollbackKeptCommand } from './rollback-kept';
import { rollbackPlanCommand } from './rollback-plan';
import { rollbackPreflightCommand } from './rollback-preflight';
import { statusCommand } from './status';
import { waitCommand } from './wait';

/** Runs the command that was asked for. */
export async function execute(
  parsed: Arguments,
  context: RunContext,
  commandLine: string,
): Promise<RunSummary> {
  switch (parsed.command) {
    case Command.PREFLIGHT:
      await preflightCommand(context);
      return {};
    case Command.MIGRATE:
      return migrateCommand(context);
    case Command.ROLLBACK_PREFLIGHT:
      return rollbackPreflightCommand(context);
    case Command.ROLLBACK:
      return rollbackCommand(context);
    case Command.ROLLBACK_PLAN:
      return rollbackPlanCommand(context, parsed);
    case Command.ROLLBACK_KEPT:
      return rollbackKeptCommand(context, parsed);
    case Command.HISTORY:
      return historyCommand(context, parsed);
    case Command.BASELINE:
      return baselineCommand(context, parsed, commandLine);
    case Command.REPAIR:
      return repairCommand(context, parsed, commandLine);
    case Command.WAIT:
      return waitCommand(context);
    default:
      return statusCommand(context, parsed);
  }
}
