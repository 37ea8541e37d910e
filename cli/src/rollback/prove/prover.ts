import type { Migration } from '../../../../core/journal';
import type { Catalog } from '../../catalog/catalog-object';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { examineScript } from './examine-script';
import { type Finding, NOT_RUN, type Proof, type RangeProof } from './proof';
import { apply, catalogOf, type ProofContext } from './proof-steps';
import { proveMigration } from './prove-migration';
import { proveRange } from './prove-range';
import { RoleWatch, rolesOf } from './role-watch';

/**
 * Proves migrations in the journal's order. One database, the base, has all migrations before the one that is looked at;
 * each proof runs on a copy of it. After a proof that succeeded the copy is the next base, so that every migration
 * is applied no more often than its proof needs.
 */
export class Prover {
  private base: ScratchDatabase | undefined;
  private catalog: Catalog | undefined;
  /** How many migrations of the journal the base has. */
  private applied = 0;
  /** Why no later migration can be looked at. */
  private blocked: Finding | undefined;
  /** Migrations proven one after the other without a gap, the last of which the base has; and what was before them. */
  private row: { readonly before: Catalog; readonly migrations: Migration[] } | undefined;

  constructor(private readonly context: ProofContext) {}

  async prove(migration: Migration): Promise<Proof> {
    const started = Date.now();
    const examined = examineScript(this.context.journal, migration);
    const rest = { migration, script: examined.script?.path, columnOrder: [], warnings: [] };
    const ended = (proof: Pick<Proof, 'state' | 'problems'> & Partial<Proof>): Proof => ({
      ...{ ...rest, steps: NOT_RUN },
      ...proof,
      milliseconds: Date.now() - started,
    });
    if (examined.irreversible !== undefined) {
      return ended({ state: 'irreversible', reason: examined.irreversible, problems: [] });
    }
    const { script } = examined;
    if (!script || examined.problems.length > 0)
      return ended({ state: 'failed', problems: examined.problems });
    const base = await this.advance(migration.position);
    if (!base) return ended({ state: 'failed', problems: this.blocked ? [this.blocked] : [] });
    this.catalog ??= await catalogOf(base, this.context);
    const before = this.catalog;
    const copy = await this.context.server.createDatabase({ template: base });
    const roles = new RoleWatch(base, await rolesOf(base));
    const candidate = { migration, script, target: this.tagBefore(migration) };
    const { proof, applied } = await proveMigration(copy, candidate, before, this.context);
    if (proof.state === 'proven' && applied && !this.context.data) {
      await this.promote(copy, applied, migration, before);
    } else {
      await copy.drop();
      await roles.dropNew();
      if (proof.state === 'proven') this.extendRow(migration, before);
      else this.row = undefined;
    }
    return ended(proof);
  }

  /** Rolls back in one go what was proven step by step, where that is more than one. */
  async proveRange(): Promise<RangeProof | undefined> {
    const { row } = this;
    const [first, last] = [row?.migrations[0], row?.migrations.at(-1)];
    if (!row || !first || !last || first === last) return undefined;
    const base = await this.advance(last.position + 1);
    if (!base) return undefined;
    this.base = undefined;
    return proveRange(base, { first, last, target: this.tagBefore(first) }, row.before, this.context);
  }

  private tagBefore({ position }: Migration): string | undefined {
    return this.context.journal.migrations[position - 1]?.tag;
  }

  private async promote(
    copy: ScratchDatabase,
    applied: Catalog,
    migration: Migration,
    before: Catalog,
  ): Promise<void> {
    await this.base?.drop();
    this.base = copy;
    this.catalog = applied;
    this.applied = migration.position + 1;
    this.extendRow(migration, before);
  }

  private extendRow(migration: Migration, before: Catalog): void {
    const last = this.row?.migrations.at(-1);
    if (this.row && last?.position === migration.position - 1) this.row.migrations.push(migration);
    else this.row = { before, migrations: [migration] };
  }

  /** Brings the base to exactly the first `count` migrations; undefined where one of them can't be applied. */
  private async advance(count: number): Promise<ScratchDatabase | undefined> {
    if (this.blocked) return undefined;
    this.base ??= await this.context.server.createDatabase();
    const last = this.context.journal.migrations[count - 1];
    if (this.applied === count || !last) return this.base;
    this.blocked = await apply(this.base, this.context, last.tag);
    this.catalog = undefined;
    this.applied = count;
    return this.blocked ? undefined : this.base;
  }
}
