import type { Follower } from '../activity/follower';
import type { OpenPart, Part, PartEnd, RunningStatement, Sight } from '../activity/part';
import { plural } from '../report/plural';
import { renderElapsed } from './render-elapsed';
import { renderSight } from './render-sight';

type Open<Kind extends Part['kind']> = {
  readonly part: Extract<Part, { readonly kind: Kind }>;
  readonly startedAt: number;
};

/** What a run works at, in one line: which migration and statement of how many, since when, and what was seen of it. */
export class RunProgress implements Follower {
  /** Migrations of the units that have succeeded. */
  private done = 0;
  private unit: Open<'unit'> | undefined;
  private migration: Open<'migration'> | undefined;
  private running: RunningStatement | undefined;
  private sight: Sight | undefined;

  began({ part, startedAt }: OpenPart): void {
    if (part.kind === 'unit') this.unit = { part, startedAt };
    if (part.kind === 'migration') this.migration = { part, startedAt };
  }

  ended({ part }: OpenPart, { outcome }: PartEnd): void {
    if (part.kind === 'migration') this.migration = undefined;
    if (part.kind !== 'unit') return;
    this.unit = undefined;
    if (outcome === 'succeeded') this.done += part.migrations.length;
  }

  statement(statement: RunningStatement | undefined): void {
    this.running = statement;
    this.sight = undefined;
  }

  saw(sight: Sight): void {
    this.sight = sight;
  }

  /** Empty while there is no unit. */
  text(now: number): string {
    const { unit, migration, running, sight } = this;
    if (!unit) return '';
    const { startedAt } = running ?? migration ?? unit;
    const parts = [
      migration ? this.migrationOf(migration.part, unit.part) : unitOf(unit.part),
      running && migration && statementOf(running, migration.part),
      renderElapsed(now - startedAt),
      sight && renderSight(sight),
    ];
    return parts.filter(Boolean).join(' · ');
  }

  private migrationOf({ migration, way }: Open<'migration'>['part'], unit: Open<'unit'>['part']): string {
    const total = this.done + unit.migrations.length + unit.later;
    const number = this.done + unit.migrations.indexOf(migration) + 1;
    return `${verbOf(way)} ${migration}${total > 1 ? ` (${number} of ${total})` : ''}`;
  }
}

function unitOf({ way, migrations }: Open<'unit'>['part']): string {
  return `${verbOf(way)} ${plural(migrations.length, 'migration')}`;
}

function statementOf({ number }: RunningStatement, { statements }: Open<'migration'>['part']): string {
  return statements > 1 ? `statement ${number} of ${statements}` : '';
}

function verbOf(way: 'apply' | 'undo'): string {
  return way === 'apply' ? 'applying' : 'undoing';
}
