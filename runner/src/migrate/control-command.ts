import type { ClassifiedStatement } from '../sql/script-statements';

/** COMMIT PREPARED and ROLLBACK PREPARED are refused in a transaction, like other statements that stand alone. */
export function isOfPrepared({ kind }: ClassifiedStatement): boolean {
  return kind.kind === 'transaction-control' && kind.command.endsWith(' prepared');
}

/** Whether a transaction is open behind it for sure: a question would come before the file's SET TRANSACTION. */
export function beginsTransaction({ kind }: ClassifiedStatement): boolean {
  return (
    kind.kind === 'transaction-control' && (kind.command === 'begin' || kind.command.endsWith('and chain'))
  );
}

export function endsWithCommit({ kind }: ClassifiedStatement): boolean {
  if (kind.kind !== 'transaction-control') return false;
  return kind.command.startsWith('commit')
    ? kind.command !== 'commit prepared'
    : kind.command === 'prepare transaction';
}
