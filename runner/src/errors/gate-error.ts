import { EXIT, type ExitName } from '../../../core/contract';
import type { Place } from './place';

export interface GateErrorOptions {
  /** What the reader does next, as an order. */
  readonly remedy?: string | undefined;
  /** What belongs to the message but not into its one line: a caret line, the server's hint. */
  readonly detail?: string | undefined;
  readonly migration?: string | undefined;
  readonly place?: Place | undefined;
  readonly sqlstate?: string | undefined;
  readonly cause?: unknown;
}

/** A failure that the runner understands: it carries its exit code and, where there is one, the next step. */
export class GateError extends Error {
  readonly exit: ExitName;
  readonly remedy: string | undefined;
  readonly detail: string | undefined;
  readonly migration: string | undefined;
  readonly place: Place | undefined;
  readonly sqlstate: string | undefined;

  constructor(exit: ExitName, message: string, options: GateErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'GateError';
    this.exit = exit;
    this.remedy = options.remedy;
    this.detail = options.detail;
    this.migration = options.migration;
    this.place = options.place;
    this.sqlstate = options.sqlstate;
  }

  get exitCode(): number {
    return EXIT[this.exit].code;
  }

  /** The same failure, told differently: what is not among the changes stays, the cause too. */
  with({
    exit = this.exit,
    message = this.message,
    ...changes
  }: GateErrorOptions & { readonly exit?: ExitName; readonly message?: string }): GateError {
    const { remedy, detail, migration, place, sqlstate, cause } = this;
    return new GateError(exit, message, {
      ...{ remedy, detail, migration, place, sqlstate, cause },
      ...changes,
    });
  }
}

/** Several things are wrong at once; all of them are told. */
export class GateErrors extends GateError {
  constructor(
    exit: ExitName,
    readonly problems: readonly string[],
    remedy?: string,
    /** Where the first of them is, as far as one tells; the detail counts where it is the only one. */
    { detail, ...where }: Pick<GateErrorOptions, 'detail' | 'migration' | 'place' | 'sqlstate'> = {},
  ) {
    super(exit, problems.length === 1 ? (problems[0] ?? '') : `${problems.length} problems`, {
      ...where,
      remedy,
      detail: problems.length === 1 ? detail : problems.map((problem) => `- ${problem}`).join('\n'),
    });
    this.name = 'GateErrors';
  }
}
