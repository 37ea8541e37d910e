import { randomUUID } from 'node:crypto';
import { CONTRACT_VERSION, Command, EXIT } from '../../core/contract';
import { version } from '../package.json';
import { Activity } from './activity/activity';
import { activityFields } from './activity/activity-fields';
import {
  baselineCommand,
  historyCommand,
  migrateCommand,
  preflightCommand,
  repairCommand,
  rollbackCommand,
  rollbackKeptCommand,
  rollbackPlanCommand,
  rollbackPreflightCommand,
  statusCommand,
  waitCommand,
} from './commands';
import type { Environment } from './config/environment';
import { mistypedVariables } from './config/mistyped-variables';
import { readSettings } from './config/settings';
import { failureFields } from './errors/failure-fields';
import type { GateError } from './errors/gate-error';
import { toGateError } from './errors/to-gate-error';
import { type Arguments, parseArguments } from './parse-arguments';
import { hasDocument } from './report/has-document';
import { createReporter, type Reporter } from './report/reporter';
import { placeFields } from './report/standing';
import { writeTerminationMessage } from './report/termination-message';
import type { RunContext, RunSummary } from './run-context';
import type { ProgressLine } from './terminal/progress-line';
import { type OutputStream, screenFor } from './terminal/screen';
import { runnerUsage } from './usage';

export interface RunInput {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly signal: AbortSignal;
  /** Fails when something fails that nobody waits for. */
  readonly stray: Promise<never>;
}

/** Runs one command and gives its exit code. This is the one door through which every failure leaves. */
export async function run({ argv, env, stdout, stderr, signal, stray }: RunInput): Promise<number> {
  const isTerminal = stdout.isTTY === true;
  const outputAsEvents = env.OUTPUT_AS_EVENTS === 'true';
  // Their output is read by programs; events in it would spoil it.
  const events = !outputAsEvents && hasDocument(argv) ? stderr : stdout;
  const format = formatOf(env, isTerminal);
  const { palette, line } = screenFor(events, format, env);
  const write = writingTo(stdout, line);
  const writeEvent = writingTo(events, line);
  const reporter = createReporter({ format, write, writeEvent, outputAsEvents, palette });
  const started = Date.now();
  const runId = randomUUID();
  // Also where the settings can't be read.
  const placed = placeFields(env, runId);
  reporter.addStanding(() => placed);
  const commandLine = env.COMMAND_LINE ?? '';
  let name = argv[0] ?? '';
  try {
    const parsed = parseArguments(argv, commandLine);
    name = parsed.command;
    if (parsed.command === 'help' || parsed.command === 'version') {
      reporter.output(
        parsed.command === 'help' ? runnerUsage() : `${version} (contract ${CONTRACT_VERSION})`,
      );
      return EXIT.OK.code;
    }
    for (const { variable, meant } of mistypedVariables(env)) {
      reporter.warn(
        'environment_warning',
        `${variable} is set, but the runner has no such setting; did you mean ${meant}?`,
        { variable },
      );
    }
    const settings = readSettings(env, parsed.command);
    const activity = new Activity();
    if (line) activity.follow(line);
    reporter.addStanding(() => activityFields(activity));
    const context = { settings, reporter, activity, runId, signal, isTerminal, commandLine };
    const { command } = parsed;
    const summary = await activity.during({ kind: 'run', command }, () =>
      Promise.race([execute(parsed, context, commandLine), stray]),
    );
    finish(reporter, parsed, summary, Date.now() - started);
    return EXIT.OK.code;
  } catch (error) {
    return fail(reporter, name, toGateError(error), Date.now() - started);
  }
}

function writingTo(stream: OutputStream, line: ProgressLine | undefined): (text: string) => void {
  const write = (text: string) => void stream.write(text);
  return line ? line.above(write) : write;
}

function formatOf(env: Environment, isTerminal: boolean): 'json' | 'text' {
  if (env.OUTPUT_AS_EVENTS === 'true' || env.LOG_FORMAT === 'json') return 'json';
  return env.LOG_FORMAT === 'text' || isTerminal ? 'text' : 'json';
}

async function execute(parsed: Arguments, context: RunContext, commandLine: string): Promise<RunSummary> {
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

function finish(reporter: Reporter, { command }: Arguments, summary: RunSummary, duration: number): void {
  const fields = { command, outcome: 'succeeded', duration_ms: duration, ...summary };
  if (command !== Command.STATUS && command !== Command.HISTORY) {
    reporter.info('run_finished', `${command} succeeded in ${duration} ms`, fields);
  }
  writeTerminationMessage(fields);
}

function fail(reporter: Reporter, command: string, error: GateError, duration: number): number {
  const { exitCode, message, remedy, detail } = error;
  const fields = {
    command,
    outcome: 'failed',
    exitCode,
    duration_ms: duration,
    ...failureFields(error),
    ...(detail && { detail }),
    ...(remedy && { remedy }),
  };
  reporter.error('run_failed', `${message} (exit code ${exitCode})`, fields);
  writeTerminationMessage({ ...fields, message });
  return exitCode;
}
