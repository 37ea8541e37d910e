/** Where something stands in a script, for programs: an annotation in a pull request, for example. */
export interface Place {
  /** What messages call the file: its path in the migrations folder; of a rollback script its name. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column?: number;
  /** From 1, in the script. */
  readonly statement?: number;
}

/** For people: `0003_add_email.sql:4:3: statement 2`. */
export function renderPlace({ file, line, column, statement }: Place): string {
  const at = [file, line, ...(column === undefined ? [] : [column])].join(':');
  return statement === undefined ? at : `${at}: statement ${statement}`;
}

/** The place that an event has; undefined where it has none. */
export function readPlace(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, line, column, statement } = value as Readonly<Record<string, unknown>>;
  if (typeof file !== 'string' || typeof line !== 'number') return undefined;
  return {
    ...{ file, line },
    ...(typeof column === 'number' && { column }),
    ...(typeof statement === 'number' && { statement }),
  };
}
