import type { ScratchDatabase } from '../../scratch/scratch-server';
import { type FillReport, fillRows } from '../data/fill-rows';
import { renderTable, type TableName } from '../data/schemas';
import { type RowsSnapshot, snapshotRows } from '../data/snapshot-rows';
import { judgeRows } from './judge-rows';
import { judgeSequences } from './judge-sequences';
import type { RowsProof } from './proof';
import type { ProofContext } from './proof-steps';
import { readPositions, type SequencePosition } from './sequence-positions';

const ROWS_PER_TABLE = 3;

/** Fills the tables of a proof with rows, and remembers them at each moment; does nothing where that is not asked for. */
export class RowWitness {
  private before: RowsSnapshot | undefined;
  private applied: RowsSnapshot | undefined;
  private filled: RowsSnapshot | undefined;
  private report: FillReport | undefined;
  private readonly positions: { before: readonly SequencePosition[]; filled: readonly SequencePosition[] } = {
    before: [],
    filled: [],
  };

  constructor(
    private readonly database: ScratchDatabase,
    private readonly context: ProofContext,
    private readonly script: string,
  ) {}

  async beforeUp(): Promise<void> {
    if (!this.context.data) return;
    if (!this.context.startsEmpty) await this.fill();
    this.before = await this.snapshot();
    this.positions.before = await readPositions(this.database.sql);
  }

  /** Rows are there already where a table was there before; the migration's own get theirs. */
  async afterUp(): Promise<void> {
    if (!this.context.data) return;
    this.applied = await this.snapshot();
    this.report = await this.fill();
    this.filled = await this.snapshot();
    this.positions.filled = await readPositions(this.database.sql);
  }

  async afterDown(): Promise<RowsProof | undefined> {
    const { before, applied, filled, report } = this;
    if (!before || !applied || !filled || !report) return undefined;
    const undone = await this.snapshot();
    const positions = { ...this.positions, undone: await readPositions(this.database.sql) };
    return {
      rows: filled.tables.reduce((sum, { rows }) => sum + rows.length, 0),
      notFilled: [
        ...report.failed.map(({ table, reason }) => `${renderTable(table)}: ${reason}`),
        ...undone.unreadable.map(({ table, reason }) => `${renderTable(table)}: not compared: ${reason}`),
      ],
      ...(await judgeRows({ before, applied, filled, undone }, this.script)),
      sequences: judgeSequences(positions, undone),
    };
  }

  private fill(): Promise<FillReport> {
    return fillRows(this.database.sql, { rowsPerTable: ROWS_PER_TABLE, ...this.scope });
  }

  private snapshot(): Promise<RowsSnapshot> {
    return snapshotRows(this.database.sql, this.scope);
  }

  /** Of the schema of the history only its table: what a team has put beside it is filled all the same. */
  private get scope(): { exclude: readonly TableName[] } {
    const { schema, table } = this.context.history;
    return { exclude: [{ schema, name: table }] };
  }
}
