import type { Migration } from '../../../../core/journal';
import type { Catalog } from '../../catalog/catalog-object';
import type { Finding } from '../../report/finding';
import type { ScratchDatabase } from '../../scratch/scratch-server';
import { examineScript } from './examine-script';
import { NOT_RUN, type Proof, type RangeProof } from './proof';
import { apply, catalogOf, type ProofContext } from './proof-steps';
import { type Attempt, type Candidate, proveMigration } from './prove-migration';
import { proveRange } from './prove-range';
import { dropNewRoles, rolesOf } from './roles';

/**
 * Proves migrations in the journal's order. One database, the base, has all migrations before the one that is looked at.
 * A proof that succeeds leaves the base with the migration applied, as the next one needs it, so that nothing is applied
 * or copied more often than proofs need. Where rows come in, or roles could not be dropped, it runs on a copy instead.
 */
export class Prover {
  private base: ScratchDatabase | undefined;
  private catalog: Catalog | undefined;
  /** How many migrations of the journal the base has. */
  private applied = 0;
  /** Those of the server before any migration. */
  private roles: ReadonlySet<string> | undefined;
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
    if (!base) return ended({ state: 'failed', problems: [this.notReached(migration)] });
    this.catalog ??= await catalogOf(base, this.context);
    const before = this.catalog;
    const candidate = { migration, script, target: this.tagBefore(migration) };
    const proof = await this.attempt(base, candidate, before);
    if (proof.state === 'proven') this.extendRow(migration, before);
    else this.row = undefined;
    return ended(proof);
  }

  private async attempt(
    base: ScratchDatabase,
    candidate: Candidate,
    before: Catalog,
  ): Promise<Attempt['proof']> {
    const tried = await this.tryOn(base, candidate, before, this.context);
    if (!this.context.data || tried.steps.up !== 'no') return tried;
    // Made-up rows can break a migration that real ones do not; that is not what is proven here.
    const empty = await this.tryOn(base, candidate, before, { ...this.context, startsEmpty: true });
    if (empty.steps.up === 'no') return empty;
    const judged = await this.withoutRowsAgain(empty, base, candidate, before);
    const [why] = tried.problems;
    const message = `${candidate.migration.tag} could not be applied to made-up rows, so its tables were filled only after it: ${why?.message}`;
    const warning = { message, detail: why?.detail, path: why?.path, line: why?.line };
    return { ...judged, warnings: [warning, ...judged.warnings] };
  }

  /** Where rows were in the way of a migration at first, they may be when it is applied again: that is tried without. */
  private async withoutRowsAgain(
    filled: Attempt['proof'],
    base: ScratchDatabase,
    candidate: Candidate,
    before: Catalog,
  ): Promise<Attempt['proof']> {
    const { steps } = filled;
    if (steps.again !== 'no' || steps.restored === 'no') return filled;
    const empty = await this.tryOn(base, candidate, before, { ...this.context, data: false });
    // The last problem is that of applying it again.
    const problems = [...filled.problems.slice(0, -1), ...empty.problems];
    const state = problems.length > 0 ? 'failed' : 'proven';
    return { ...filled, state, problems, steps: { ...steps, again: empty.steps.again } };
  }

  private async tryOn(
    base: ScratchDatabase,
    candidate: Candidate,
    before: Catalog,
    context: ProofContext,
  ): Promise<Attempt['proof']> {
    const place = await this.placeFor(base);
    const { proof, applied } = await proveMigration(place.database, candidate, before, context);
    await place.leave(proof.state === 'proven' ? applied : undefined);
    return proof;
  }

  private notReached({ tag, path }: Migration): Finding {
    const { message = '', remedy } = this.blocked ?? {};
    return { message: `${tag} can't be proven: ${message}`, remedy, path, line: 1 };
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

  /** Where a proof runs, and what becomes of that afterwards; `applied` is the catalog with the migration applied. */
  private async placeFor(base: ScratchDatabase): Promise<{
    readonly database: ScratchDatabase;
    leave(applied: Catalog | undefined): Promise<void>;
  }> {
    if (this.context.data || !base.isPrivate) {
      const roles = await rolesOf(base);
      const copy = await this.context.server.createDatabase({ template: base });
      const leave = async () => {
        await copy.drop();
        await dropNewRoles(base, roles);
      };
      return { database: copy, leave };
    }
    const leave = async (applied: Catalog | undefined) => {
      this.catalog = applied;
      this.applied++;
      if (applied) return;
      // Nobody knows what a proof that failed has left: everything begins anew.
      await this.discard();
    };
    return { database: base, leave };
  }

  private extendRow(migration: Migration, before: Catalog): void {
    const last = this.row?.migrations.at(-1);
    if (this.row && last?.position === migration.position - 1) this.row.migrations.push(migration);
    else this.row = { before, migrations: [migration] };
  }

  /** Brings the base to exactly the first `count` migrations; undefined where one of them can't be applied. */
  private async advance(count: number): Promise<ScratchDatabase | undefined> {
    if (this.blocked) return undefined;
    if (this.applied > count) await this.discard();
    const base = this.base ?? (await this.newBase());
    this.base = base;
    const last = this.context.journal.migrations[count - 1];
    if (this.applied === count || !last) return base;
    this.blocked = await apply(base, this.context, last.tag);
    this.catalog = undefined;
    this.applied = count;
    return this.blocked ? undefined : base;
  }

  private async discard(): Promise<void> {
    await this.base?.drop();
    this.base = undefined;
    this.applied = 0;
  }

  private async newBase(): Promise<ScratchDatabase> {
    const base = await this.context.server.createDatabase();
    this.roles ??= await rolesOf(base);
    await dropNewRoles(base, this.roles);
    this.applied = 0;
    this.catalog = undefined;
    return base;
  }
}
