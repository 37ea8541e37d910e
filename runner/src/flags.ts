import { Command, type CommandName } from '../../core/contract';
import { didYouMean } from './errors/closest';

export const OPTIONS = {
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  to: { type: 'string' },
  confirm: { type: 'string' },
  accept: { type: 'string' },
  'remove-orphan': { type: 'string' },
  'remove-orphans': { type: 'boolean' },
  forget: { type: 'string' },
  restore: { type: 'string' },
  remove: { type: 'string' },
  limit: { type: 'string' },
  run: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Whose the options are; help and version are everybody's. */
const OWNERS: Readonly<Record<string, readonly CommandName[]>> = {
  json: [Command.STATUS, Command.HISTORY, Command.ROLLBACK_PLAN, Command.ROLLBACK_KEPT],
  check: [Command.STATUS],
  to: [Command.BASELINE],
  confirm: [Command.BASELINE, Command.REPAIR],
  accept: [Command.REPAIR],
  'remove-orphan': [Command.REPAIR],
  'remove-orphans': [Command.REPAIR],
  forget: [Command.REPAIR],
  restore: [Command.ROLLBACK_KEPT],
  remove: [Command.ROLLBACK_KEPT],
  limit: [Command.HISTORY],
  run: [Command.HISTORY],
};

/** A flag as it was given. */
export interface Flag {
  readonly name: string;
  /** As it was written, without its value. */
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** What is wrong with a flag of this command; undefined when nothing is. */
export function flagFault(
  { name, rawName, value, inlineValue }: Flag,
  command?: CommandName,
): string | undefined {
  if (!isOption(name)) {
    const choices = Object.keys(OPTIONS).filter((option) => !command || isOf(option, command));
    return `${rawName} is no flag${didYouMean(name, choices, '--')}`;
  }
  if (command && !isOf(name, command)) {
    return `--${name} belongs to ${listed(OWNERS[name] ?? [])}, not to ${command}`;
  }
  if (OPTIONS[name].type === 'boolean') return value === undefined ? undefined : `--${name} takes no value`;
  if (value === undefined) return `--${name} needs a value`;
  if (!inlineValue && value.startsWith('-')) {
    return `--${name} needs a value, but ${JSON.stringify(value)} follows; write --${name}=${value} if that is the value`;
  }
  // An empty value is mostly a variable of a script that is unset; to go on without it would be another order.
  if (splitList(value).length === 0) return `--${name} is empty; give a value, or leave the flag out`;
  if (name === 'limit' && !isLimit(value)) {
    return `--limit is ${JSON.stringify(value)}; give a whole number from 1 to ${MOST_RUNS}`;
  }
  if (name === 'run' && !/^[\da-f][\da-f-]{3,35}$/i.test(value.trim())) {
    return `--run is ${JSON.stringify(value)}; give the id of a run, or at least the first four characters of it`;
  }
  if (name !== 'remove-orphan') return undefined;
  const wrong = splitList(value).find((id) => !/^\d{1,10}$/.test(id));
  return wrong === undefined
    ? undefined
    : `--remove-orphan has ${JSON.stringify(wrong)}; give ids of the history`;
}

/** A document of more runs would not come through the log of a pod. */
const MOST_RUNS = 500;

function isLimit(value: string): boolean {
  const limit = /^\d+$/.test(value.trim()) ? Number(value) : 0;
  return limit >= 1 && limit <= MOST_RUNS;
}

/** As a sentence has it: a, b and c. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

/** Whether a flag is one of this command or everybody's. */
function isOf(name: string, command: CommandName): boolean {
  return OWNERS[name]?.includes(command) ?? true;
}

/** The parts of a list that is separated by commas; an empty part is none. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
