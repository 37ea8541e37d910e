import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads the flags of a benchmark. What is wrong with one ends the process with 2, and with the usage. */
export function readOptions<T extends Options>(usage: string, options: T) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error), usage);
  }
}

/** A number of rounds, 1 or more. */
export function readRounds(text: string, usage: string): number {
  const rounds = Number(text);
  return Number.isInteger(rounds) && rounds > 0
    ? rounds
    : refuse(`--rounds ${JSON.stringify(text)} is no count; give 1 or more`, usage);
}

/** Numbers with commas in between. */
export function readSizes(name: string, text: string, usage: string): number[] {
  const sizes = text.split(',').filter(Boolean).map(Number);
  return sizes.every((size) => Number.isInteger(size) && size > 0)
    ? sizes
    : refuse(`--${name} ${JSON.stringify(text)} is no list of counts; give some like 10,100`, usage);
}

function refuse(problem: string, usage: string): never {
  console.error(`${problem}\n${usage}`);
  process.exit(2);
}
