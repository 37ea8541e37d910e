import { statementHash } from '../database/progress';
import { excerptOf } from '../errors/excerpt';
import { lineCounter } from '../sql/position';
import type { StoppedMidway } from './stopped-midway';

/** More of one migration nobody undoes by hand from a log. */
const SHOWN = 100;

/** A statement of which something may be in the database. */
export interface RunStatement {
  readonly statement: number;
  readonly state: 'has run' | 'was begun';
  /** In the file; absent where the file has another statement in its place, or there is no file. */
  readonly line?: number;
  /** Its first line, without passwords. */
  readonly text?: string;
}

/** What of a migration that stopped midway has run or may have, as its file has it now. */
export function runStatements({ progress, file }: StoppedMidway): RunStatement[] {
  const lineOf = lineCounter(file?.migration.sql ?? '');
  const statements = new Map(file?.statements.map((statement) => [statement.number, statement]));
  return [...progress]
    .sort(([a], [b]) => a - b)
    .map(([number, { state, hash }]): RunStatement => {
      const known = { statement: number, state: state === 'done' ? 'has run' : 'was begun' } as const;
      const statement = statements.get(number);
      if (!file || !statement || statementHash(statement) !== hash) return known;
      return {
        ...known,
        line: lineOf(statement.start),
        text: excerptOf(statement.text, 0, { caret: false }),
      };
    });
}

/** The same as lines for a person. */
export function describeStatements(stopped: StoppedMidway): string {
  const { file, undoes } = stopped;
  const elsewhere = undoes === undefined ? 'its file is not here' : `of the script that undoes ${undoes}`;
  const unknown = file ? 'with another text than the file has now' : elsewhere;
  const lines = runStatements(stopped).map(
    ({ statement, state, line, text }) =>
      `statement ${statement} ${state}: ${line === undefined ? unknown : `line ${line}: ${text}`}`,
  );
  const more = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
