import { randomUUID } from 'node:crypto';
import { CONTRACT_VERSION, Command, EXIT } from '../../core/contract';
import { version } from '../package.json';
import { Activity } from './activity/activity';
import { activityFields } from './activity/activity-fields';
import { execute } from './commands';
import type { Environment } from './config/environment';
import { mistypedVariables } from './config/mistyped-variables';
import { readSettings } from './config/settings';
import { toGateError } from './errors/to-gate-error';
import { parseArguments } from './parse-arguments';
import { hasDocument } from './report/has-document';
import { createReporter, type Reporter } from './report/reporter';
import { reportFailure, reportSuccess } from './report/run-end';
import { placeFields } from './report/standing';
import { writeTerminationMessage } from './report/termination-message';
import { UnfinishedRun } from './report/unfinished-run';
import { openTelemetry, type Telemetry } from './telemetry/telemetry';
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
  const started = Date.now();
  // The only one of the process: no entropy for more of them.
  const runId = randomUUID({ disableEntropyCache: true });
  const isTerminal = stdout.isTTY === true;
  const { reporter, line } = reporterFor({ argv, env, stdout, stderr });
  // Also where the settings can't be read.
  const placed = placeFields(env, runId);
  reporter.addStanding(() => placed);
  const commandLine = env.COMMAND_LINE ?? '';
  const unfinished = new UnfinishedRun(runId, writeTerminationMessage);
  let name = argv[0] ?? '';
  let telemetry: Telemetry | undefined;
  try {
    const parsed = attempt(() => parseArguments(argv, commandLine));
    const asked = parsed.value?.command;
    if (asked === 'help' || asked === 'version') {
      reporter.output(asked === 'help' ? runnerUsage() : `${version} (contract ${CONTRACT_VERSION})`);
      return EXIT.OK.code;
    }
    // What is wrong with its arguments is a failure of the command that was called.
    const command = asked ?? Object.values(Command).find((known) => known === argv[0]);
    if (command === undefined) throw parsed.failure;
    name = command;
    warnOfMistyped(env, reporter);
    const settings = attempt(() => readSettings(env, command));
    const activity = new Activity();
    activity.follow(unfinished);
    if (line) activity.follow(line);
    reporter.addStanding(() => activityFields(activity));
    telemetry = openTelemetry({ env, command, runId, connection: settings.value?.connection, reporter });
    if (telemetry) {
      const opened = telemetry;
      activity.follow(opened);
      reporter.addStanding(() => opened.ids);
    }
    const summary = await activity.during({ kind: 'run', command }, async () => {
      if (!parsed.value) throw parsed.failure;
      if (!settings.value) throw settings.failure;
      const base = { reporter, activity, runId, signal, isTerminal, commandLine };
      return Promise.race([execute(parsed.value, { ...base, settings: settings.value }, commandLine), stray]);
    });
    unfinished.stop();
    reportSuccess({ reporter, runId, command, started }, summary);
    return EXIT.OK.code;
  } catch (error) {
    const committed = unfinished.stop();
    return reportFailure({ reporter, runId, command: name, started }, toGateError(error), committed);
  } finally {
    await telemetry?.close();
  }
}

interface Attempt<T> {
  /** Undefined when it failed. */
  readonly value?: T;
  readonly failure?: unknown;
}

/** A failure waits until those who follow the run can hear of it. */
function attempt<T>(use: () => T): Attempt<T> {
  try {
    return { value: use() };
  } catch (failure) {
    return { failure };
  }
}

function warnOfMistyped(env: Environment, reporter: Reporter): void {
  for (const { variable, meant } of mistypedVariables(env)) {
    reporter.warn(
      'environment_warning',
      `${variable} is set, but the runner has no such setting; did you mean ${meant}?`,
      { variable },
    );
  }
}

function reporterFor({ argv, env, stdout, stderr }: Pick<RunInput, 'argv' | 'env' | 'stdout' | 'stderr'>) {
  const outputAsEvents = env.OUTPUT_AS_EVENTS === 'true';
  // Their output is read by programs; events in it would spoil it.
  const events = !outputAsEvents && hasDocument(argv) ? stderr : stdout;
  const format = formatOf(env, stdout.isTTY === true);
  const { palette, line } = screenFor(events, format, env);
  const writes = { write: writingTo(stdout, line), writeEvent: writingTo(events, line) };
  return { reporter: createReporter({ format, ...writes, outputAsEvents, palette }), line };
}

function writingTo(stream: OutputStream, line: ProgressLine | undefined): (text: string) => void {
  const write = (text: string) => void stream.write(text);
  return line ? line.above(write) : write;
}

function formatOf(env: Environment, isTerminal: boolean): 'json' | 'text' {
  if (env.OUTPUT_AS_EVENTS === 'true' || env.LOG_FORMAT === 'json') return 'json';
  return env.LOG_FORMAT === 'text' || isTerminal ? 'text' : 'json';
}
