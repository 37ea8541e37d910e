import { readFileSync } from 'node:fs';
import { GateError } from '../../../runner/src/errors/gate-error';
import { inCell } from '../lint/report/markdown';
import { cutLines, fenced, folded } from './fence';

interface ProofFinding {
  readonly message: string;
  readonly detail?: string;
  readonly remedy?: string;
}

interface ProvenMigration {
  readonly tag: string;
  readonly state: string;
  readonly irreversible?: string;
  readonly steps: Readonly<Record<string, string>>;
  readonly problems: readonly ProofFinding[];
}

/** What `rollback prove --json` writes, as far as it is told here. */
interface ProofDocument {
  readonly ok: boolean;
  readonly migrations: readonly ProvenMigration[];
  readonly range?: { readonly state: string; readonly problems: readonly ProofFinding[] };
}

const SIGNS: Readonly<Record<string, string>> = { proven: '✅', failed: '❌', irreversible: '⛔' };

/** Reads the document of a proof. @throws GateError (78) when it is none. */
export function readProof(path: string): ProofDocument {
  try {
    const document = JSON.parse(readFileSync(path, 'utf8')) as ProofDocument;
    if (Array.isArray(document.migrations)) return document;
    throw new Error('it has no migrations');
  } catch (error) {
    throw new GateError('CONFIG', `--proof ${path} is no proof: ${(error as Error).message}`, {
      remedy: 'give what drizzle-gate rollback prove --json writes',
    });
  }
}

/** Which rollback scripts do what they promise. */
export function renderProof({ migrations, range }: ProofDocument, room: number): string {
  if (migrations.length === 0) return 'No rollback script to prove.';
  const rows = migrations.map(({ tag, state, irreversible, steps }) => {
    const said = irreversible === undefined ? '' : `: ${inCell(irreversible)}`;
    const marks = ['up', 'down', 'restored', 'again', 'rows'].map((step) => inCell(steps[step] ?? ''));
    return `| ${SIGNS[state] ?? ''} ${inCell(state)}${said} | ${inCell(tag)} | ${marks.join(' | ')} |`;
  });
  const problems = [...migrations.flatMap((each) => each.problems), ...(range?.problems ?? [])];
  const table = cutLines(rows.join('\n'), room / 2);
  const each = Math.floor(room / 2 / Math.max(1, problems.length));
  return [
    '| | migration | up | down | restored | again | rows |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    table.text,
    '',
    ...problems.map(({ message, detail, remedy }) => {
      const text = [...(detail ? [detail] : []), ...(remedy ? [`→ ${remedy}`] : [])].join('\n');
      return folded(message.slice(0, 500), fenced(cutLines(text, each).text, 'diff'));
    }),
  ].join('\n');
}
