import type { Follower } from '../activity/follower';
import type { OpenPart, PartEnd } from '../activity/part';
import type { RunMigration, UncommittedOutcome } from './recorded-run';
import type { RunPurpose } from './run-purpose';
import type { WrittenMigration } from './written-migration';

type Uncommitted = RunMigration<UncommittedOutcome>;

/** A record is no dump of a folder. */
const MOST = 2000;

/** Follows which migrations of a run are committed, and what becomes of the others when it fails. */
export class Unfinished implements Follower {
  private readonly committed = new Set<string>();
  private readonly begun = new Map<string, Uncommitted>();
  /** Entries that the server refused to take into the record, by tag. */
  private readonly refused = new Map<string, WrittenMigration>();
  /** Tags of the unit that is open. */
  private unit: readonly string[] = [];

  constructor(private readonly planned: NonNullable<RunPurpose['planned']>) {}

  began({ part }: OpenPart): void {
    if (part.kind === 'unit') this.unit = part.migrations;
    const [first = ''] = part.kind === 'migration' ? [part.migration] : this.unit;
    // An attempt goes through them in order: one that did not come to this one came to none behind it.
    if (!this.begun.has(first)) return;
    // Of an attempt before this one nothing stays.
    for (const tag of this.unit.slice(this.unit.indexOf(first))) this.begun.delete(tag);
  }

  ended(open: OpenPart, { outcome }: PartEnd): void {
    const { part } = open;
    if (part.kind === 'migration') {
      if (outcome !== 'stale') this.note(open, outcome === 'succeeded' ? 'rolled_back' : 'failed');
    } else if (part.kind === 'unit' && outcome === 'succeeded') {
      for (const tag of part.migrations) {
        this.begun.delete(tag);
        this.committed.add(tag);
      }
    }
  }

  /** Keeps what the record lacks: the refusal can be over when the run ends. */
  keepRefused(entries: readonly WrittenMigration[]): void {
    for (const entry of entries) this.refused.set(entry.migration, entry);
  }

  /** Whether all that was planned is committed. */
  get isEmpty(): boolean {
    return this.planned.every(({ tag }) => this.committed.has(tag));
  }

  /** What is committed and still lacks in the record, in that order. */
  get unwritten(): WrittenMigration[] {
    return [...this.refused.values()].filter(({ migration }) => this.committed.has(migration));
  }

  /**
   * What is not committed, in the order of the plan.
   *
   * @param failed tag of the migration that the failure names: of one that a COMMIT refuses, every statement ran.
   * @param halfway tags of which something stays.
   */
  list(failed: string | undefined, halfway: ReadonlySet<string>): Uncommitted[] {
    return this.planned
      .filter(({ tag }) => !this.committed.has(tag))
      .slice(0, MOST)
      .map(({ tag, hash }) => {
        const known = this.begun.get(tag) ?? nothing(tag, 'not_started');
        const outcome = halfway.has(tag) ? 'halfway' : tag === failed ? 'failed' : known.outcome;
        return { ...known, hash, outcome };
      });
  }

  private note({ part, rows, startedAt }: OpenPart, outcome: UncommittedOutcome): void {
    if (part.kind !== 'migration') return;
    const { migration, statements } = part;
    const taken = { rows, statements, duration_ms: Date.now() - startedAt };
    this.begun.set(migration, { ...nothing(migration, outcome), ...taken });
  }
}

function nothing(migration: string, outcome: UncommittedOutcome): Uncommitted {
  return { migration, outcome, hash: null, duration_ms: null, rows: null, statements: null, at: null };
}
