import { Command, CommanderError, Help, type Option } from 'commander';
import { EXIT } from '../../core/contract';
import { redact } from '../../runner/src/errors/redact';
import { toGateError } from '../../runner/src/errors/to-gate-error';
import { escapeControls } from '../../runner/src/terminal/escape-controls';
import { paletteFor } from '../../runner/src/terminal/palette';
import { version } from '../package.json';
import { addDeploy } from './commands/deploy';
import { addImage } from './commands/image';
import { addLint } from './commands/lint';
import { addLogs } from './commands/logs';
import { addRehearse } from './commands/rehearse';
import { addReview } from './commands/review';
import { addRollback } from './commands/rollback';
import { addRunnerCommands } from './commands/runner-commands';

const program = new Command('drizzle-gate')
  .description('the gate that a deployment passes only when its database schema has arrived')
  .version(version)
  // What was mistyped is repeated, and can be a URL with a password.
  .configureOutput({ writeErr: (text) => process.stderr.write(redact(text)) })
  .configureHelp({ optionDescription })
  .exitOverride();
addDeploy(program);
addRehearse(program);
addRunnerCommands(program);
addLogs(program);
addRollback(program);
addImage(program);
addLint(program);
addReview(program);
nameHelp(program);
program.hook('preAction', (_program, command) => refuseMissingValues(command));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** That an option which nobody gives is not given needs no words. */
function optionDescription(option: Option): string {
  const { defaultValue, description } = option;
  const isNothing = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
  return isNothing ? description : new Help().optionDescription(option);
}

/** After a mistake, the help of the very command that was called is the next step. */
function nameHelp(command: Command, words = 'drizzle-gate'): void {
  command.showHelpAfterError(
    `run ${words} --help to see ${command.commands.length > 0 ? 'its commands and ' : 'its '}options`,
  );
  for (const each of command.commands) nameHelp(each, `${words} ${each.name()}`);
}

/** An empty value is mostly a variable of a script that is unset; to go on without it would be another order. */
function refuseMissingValues(command: Command): void {
  for (const option of command.options) {
    const value = command.getOptionValue(option.attributeName());
    if (typeof value !== 'string') continue;
    if (value.trim() === '')
      command.error(`error: ${option.long} is empty; give a value, or leave the option out`);
    if (isNextOption(option, value))
      command.error(
        `error: ${option.long} has no value: ${value} follows, an option; give one, or write ${option.long}=${value}`,
      );
  }
}

/** Commander takes whatever follows for the value, and a file of that name would be written. */
function isNextOption({ long, short }: Option, value: string): boolean {
  const at = process.argv.indexOf(value);
  return value.startsWith('--') && [long, short].includes(process.argv[at - 1]);
}

/** The one door through which a failure leaves: what, the remedy, the exit code; never a stack trace. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK.code : EXIT.USAGE.code;
  const { message, detail, remedy, exitCode } = toGateError(error);
  const { failure, aside } = paletteFor(process.stderr, process.env);
  const clean = (text: string) => escapeControls(redact(text));
  const lines = [failure(clean(`✗ ${message} (exit code ${exitCode})`))];
  if (detail) lines.push(aside(clean(detail)));
  if (remedy) lines.push(aside(clean(`→ ${remedy}`)));
  console.error(lines.join('\n'));
  return exitCode;
}
