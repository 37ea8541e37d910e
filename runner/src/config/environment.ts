import { readFileSync } from 'node:fs';
import { ENV, type EnvName, type EnvVariable } from '../../../core/contract';
import { keepSecret } from '../errors/redact';
import { notDelivered } from './not-delivered';
import { unreadable } from './show-path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of the contract, each plain or from `<NAME>_FILE`, and collects every problem instead of
 * stopping at the first.
 */
export class EnvironmentReader {
  readonly problems: string[] = [];
  /** Those that another pod may not have. */
  private readonly passing = new Set<string>();

  constructor(private readonly env: Environment) {}

  /** Whether all that is wrong can be gone when the Job tries again. */
  get mayPass(): boolean {
    return this.problems.length > 0 && this.problems.every((problem) => this.passing.has(problem));
  }

  /** How a person names where the value came from. */
  describe(name: EnvName): string {
    const path = this.variable(name).file ? this.env[`${name}_FILE`] : undefined;
    return path === undefined ? name : `${name}_FILE (${JSON.stringify(path)})`;
  }

  /** The value, its default, or undefined; an empty value counts as unset. */
  text(name: EnvName): string | undefined {
    return this.own(name) || this.variable(name).default;
  }

  /** The value that was given, which can be empty; undefined when the name is unset. */
  own(name: EnvName): string | undefined {
    const { file, secret } = this.variable(name);
    const plain = this.env[name];
    const path = file ? this.env[`${name}_FILE`] : undefined;
    if (plain !== undefined && path !== undefined) {
      this.problems.push(`${name} and ${name}_FILE are both set; unset one of them`);
      return undefined;
    }
    const value =
      path === undefined
        ? plain
        : this.fromFile(`${name}_FILE`, path, secret === true || name === 'PGSSLKEY');
    if (secret && value) keepSecret(value);
    const reason = value && notDelivered(value);
    if (!reason) return value;
    this.problems.push(`${this.describe(name)} ${reason}`);
    return undefined;
  }

  /** A whole number inside the range that the contract gives. */
  integer(name: EnvName): number {
    const { range = [0, Number.MAX_SAFE_INTEGER], default: fallback = '0' } = this.variable(name);
    const text = this.text(name) ?? fallback;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range[0] && value <= range[1]) return value;
    this.problems.push(
      `${name} is ${JSON.stringify(text)}; give a whole number from ${range[0]} to ${range[1]}`,
    );
    return Number(fallback);
  }

  oneOf(name: EnvName, choices: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined || choices.includes(text)) return text;
    this.problems.push(`${name} is ${JSON.stringify(text)}; give one of ${choices.join(', ')}`);
    return undefined;
  }

  private fromFile(name: string, path: string, isSecret: boolean): string | undefined {
    try {
      // Editors and `echo` end a file with a line break that is no part of the value.
      return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const problem = unreadable(name, path, { code, remedy: fileRemedy(path, code), isSecret });
      this.problems.push(problem);
      if (code === 'ENOENT' && isInjected(path)) this.passing.add(problem);
      return undefined;
    }
  }

  private variable(name: EnvName): EnvVariable {
    return ENV[name];
  }
}

/** Where Vault's injector mounts what it fetched. A pod that it did not change has nothing there, the next one may. */
function isInjected(path: string): boolean {
  return path.startsWith('/vault/');
}

function fileRemedy(path: string, code: string | undefined): string {
  if (code === 'EACCES') return 'let the user and group of the container read it (uid and gid 1000)';
  if (code === 'EISDIR') return 'name a file in this folder';
  if (code !== 'ENOENT') return 'mount the file';
  return isInjected(path)
    ? "Vault's agent did not write it: look whether its injector changed this pod and at the log of vault-agent-init; the Job tries again"
    : 'mount the file: look for the Secret, the CSI volume or the agent that should have written it';
}
