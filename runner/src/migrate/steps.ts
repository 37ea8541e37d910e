import type { OpenPart } from '../activity/part';
import { asOurselves } from '../database/as-ourselves';
import { executeStatement } from '../database/execute-statement';
import { retakeMigrationLock } from '../database/lock';
import { noteProgress, readProgress } from '../database/progress';
import { resetSession, restoreSettings } from '../database/session-settings';
import {
  BEGIN,
  commit,
  commitOutcomeUnknown,
  isInTransaction,
  withTransaction,
} from '../database/transaction';
import { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import { LockBudget } from '../observe/lock-budget';
import type { ClassifiedStatement } from '../sql/script-statements';
import type { Setting } from '../sql/setting';
import { commitOfStatement, commitOfUnit } from './commit-refused';
import { beginsTransaction, endsWithCommit, isOfPrepared } from './control-command';
import type { Direction } from './direction';
import { needsDirective } from './directive-remedy';
import { DISCARD_ALL, isDiscardAll } from './discard-all';
import { assertStatementIndexValid } from './invalid-index';
import type { ResumePoint } from './resume';
import { runAlone } from './run-alone';
import type { ScriptContext } from './script-context';
import { originOf } from './script-origin';
import type { PlannedScript, UnitMode } from './unit';

/** A statement can be bulk data; what it calls stands at its beginning. */
const LOOKED_AT = 1000;
const RELEASES_LOCKS = /\bpg_advisory_unlock/i;

/** The statements of a script that commits more than once, and where its transaction stands. */
export class Steps {
  /** Whether something stays in the database when the next statement fails. */
  hasBegun: boolean;
  private readonly started = Date.now();
  isOpen = false;
  /** Statements of the open transaction, which are done when it commits. */
  private inTransaction: ClassifiedStatement[] = [];
  private budget: LockBudget;
  /** Numbers of the statements that can have a row of progress. */
  private readonly seen: Set<number>;

  constructor(
    private readonly planned: PlannedScript,
    private readonly mode: Exclude<UnitMode, 'transactional'>,
    private readonly resume: ResumePoint,
    private readonly direction: Direction,
    private readonly context: ScriptContext,
  ) {
    this.hasBegun = resume.done.size > 0 || resume.started !== undefined;
    this.budget = this.newBudget();
    this.seen = new Set(resume.done);
    if (resume.started) this.seen.add(resume.started.number);
  }

  /** @param taking counts the rows that the statements change. */
  async run(taking: Pick<OpenPart, 'rows'>): Promise<void> {
    let isToBegin = this.mode === 'own-transaction' && this.beginsInTransaction();
    for (const statement of this.planned.statements) {
      // Only then: what was set and committed before the point of resume must outlive a ROLLBACK behind it.
      if (isToBegin && statement.number > this.lastDone()) {
        await this.open(BEGIN);
        isToBegin = false;
      }
      await this.step(statement);
    }
    await this.finish(taking);
  }

  /** Nothing is committed yet, or what was committed last began the next transaction at once. */
  private beginsInTransaction(): boolean {
    const last = this.planned.statements.findLast(({ number }) => this.resume.done.has(number));
    return !last || beginsTransaction(last);
  }

  private async step(statement: ClassifiedStatement): Promise<void> {
    const { kind, number } = statement;
    if (this.resume.done.has(number)) return this.reportDone(number);
    // Settings go with the session, so a rerun must say them again: they are never noted as done.
    if (kind.kind === 'setting') return this.set(statement, kind);
    if (isDiscardAll(statement) && !this.isOpen) return this.discardAll();
    if (kind.kind === 'transaction-control' && (this.isOpen || !isOfPrepared(statement))) {
      return this.control(statement);
    }
    if (this.isOpen) {
      await this.executeWithin(statement);
      await assertStatementIndexValid(this.context.session, statement, this.planned.migration.tag);
      this.inTransaction.push(statement);
    } else if (
      kind.kind === 'non-transactional' ||
      isOfPrepared(statement) ||
      this.resume.started?.number === number
    ) {
      await this.alone(statement);
    } else {
      await this.inOwnTransaction(statement);
    }
    if (RELEASES_LOCKS.test(statement.text.slice(0, LOOKED_AT))) await this.keepLock();
  }

  /**
   * With the directive, and where the file has ended its transaction by itself, what the server turns out to refuse in a
   * transaction is run without one.
   */
  private async inOwnTransaction(statement: ClassifiedStatement): Promise<void> {
    let hasRun = false;
    try {
      await withTransaction(this.context.session, async () => {
        await this.executeWithin(statement);
        await assertStatementIndexValid(this.context.session, statement, this.planned.migration.tag);
        await this.note([statement]);
        hasRun = true;
      });
    } catch (error) {
      const failure = toGateError(error);
      if (this.mayBeAlone() && needsDirective(failure)) return this.alone(statement);
      throw hasRun ? commitOfStatement(failure, this.planned, statement) : failure;
    }
    this.committed();
  }

  private mayBeAlone(): boolean {
    return this.mode === 'own-transaction' || this.planned.directive === 'no-transaction';
  }

  private async set(statement: ClassifiedStatement, { scope, forSession }: Setting): Promise<void> {
    const isBeforeResume = statement.number < this.lastDone();
    if (isBeforeResume && (this.resume.undone.has(statement.number) || this.isLocal(scope))) return;
    // Where each statement is a transaction of its own, what is local would end with itself; it is meant for the file.
    const text = (this.mode === 'stepwise' ? forSession : undefined) ?? statement.text;
    await this.execute({ ...statement, text });
    await restoreSettings(this.context.session, this.context.settings.limits, text);
  }

  private isLocal(scope: 'session' | 'transaction'): boolean {
    return scope === 'transaction' && this.mode === 'own-transaction';
  }

  private async discardAll(): Promise<void> {
    const { session, settings } = this.context;
    await session.execute(DISCARD_ALL);
    await resetSession(session, settings.limits);
  }

  private lastDone(): number {
    return Math.max(0, ...this.resume.done);
  }

  /** A statement of the file that begins or ends a transaction; what follows from it, the server says. */
  private async control(statement: ClassifiedStatement): Promise<void> {
    const { session } = this.context;
    const wasOpen = this.isOpen;
    const commits = wasOpen && endsWithCommit(statement);
    const isNoted = commits && (await this.note([...this.inTransaction, statement]));
    await (commits ? this.commit(statement) : this.execute(statement));
    this.isOpen = beginsTransaction(statement) || (await isInTransaction(session));
    if (isNoted) this.committed();
    else if (wasOpen && !this.isOpen) {
      // Rolled back by the file itself, or read-only: to do it once more would change nothing, to note it saves the work.
      await withTransaction(session, () => this.note([...this.inTransaction, statement]));
      this.committed();
    } else if (this.isOpen) {
      if (!wasOpen) this.budget = this.newBudget();
      this.inTransaction.push(statement);
    }
  }

  private async commit(statement: ClassifiedStatement): Promise<void> {
    try {
      await this.execute(statement);
    } catch (error) {
      const failure = toGateError(error);
      throw failure.exit === 'UNAVAILABLE' ? commitOutcomeUnknown(failure) : failure;
    }
  }

  private async alone(statement: ClassifiedStatement): Promise<void> {
    await this.direction.alone?.(this.planned, statement);
    const onBegun = () => {
      this.hasBegun = true;
    };
    const { started } = this.resume;
    const own = started?.number === statement.number ? started : undefined;
    this.seen.add(statement.number);
    await runAlone(this.planned, statement, { noted: this.noted(), started: own, onBegun }, this.context);
  }

  /** A migration that gives up its session's advisory locks gives up ours, and another runner may have gone on with it. */
  private async keepLock(): Promise<void> {
    const { session, lock } = this.context;
    if (await retakeMigrationLock(session, lock)) await this.assertStillOurs();
  }

  private async assertStillOurs(): Promise<void> {
    const { session, settings } = this.context;
    const { migration } = this.planned;
    const progress = await readProgress(session, settings.migrations, this.noted());
    const isKnown = [...progress.keys()].every((number) => this.seen.has(number));
    if (isKnown && (await this.direction.isDue(this.planned))) return;
    throw new GateError('TRY_AGAIN', `another runner went on with ${migration.tag}`, {
      ...{ migration: migration.tag, remedy: 'run again; what was done is found in the progress' },
    });
  }

  /** The change of the history commits with the last of the file's work, where a transaction is open. */
  private async finish(taking: Pick<OpenPart, 'rows'>): Promise<void> {
    const { session, settings } = this.context;
    if (!this.isOpen) {
      await resetSession(session, settings.limits);
      await withTransaction(session, () => this.record(taking));
      return;
    }
    // What the file has set is what its deferred triggers find; only then it goes.
    await asOurselves(session, () => this.record(taking));
    await commit(session).catch((error: unknown) => {
      throw commitOfUnit(toGateError(error), [this.planned]);
    });
    this.isOpen = false;
    await resetSession(session, settings.limits);
  }

  private record({ rows }: Pick<OpenPart, 'rows'>): Promise<void> {
    return this.direction.record(this.planned, { duration_ms: Date.now() - this.started, rows });
  }

  private async open(command: string): Promise<void> {
    await this.context.session.execute(command);
    this.isOpen = true;
    this.budget = this.newBudget();
  }

  private committed(): void {
    this.hasBegun = true;
    this.inTransaction = [];
    this.budget = this.newBudget();
  }

  private newBudget(): LockBudget {
    const { observer, session, settings } = this.context;
    return new LockBudget(observer, session.backendPid, settings.limits.lockTimeout);
  }

  private async execute(statement: ClassifiedStatement): Promise<void> {
    const run = () => executeStatement(this.context, statement, originOf(this.planned));
    await this.budget.spend(run);
  }

  private async executeWithin(statement: ClassifiedStatement): Promise<void> {
    const run = () => executeStatement(this.context, statement, originOf(this.planned));
    await this.budget.spend(() => this.direction.within(this.planned, statement, run));
  }

  private noted(): { readonly tag: string } {
    return { tag: this.direction.progressTag(this.planned.migration.tag) };
  }

  /** @returns false when the transaction is read-only. */
  private async note(statements: readonly ClassifiedStatement[]): Promise<boolean> {
    const { session, settings } = this.context;
    for (const { number } of statements) this.seen.add(number);
    return noteProgress(session, settings.migrations, this.noted(), statements, 'done');
  }

  private reportDone(statement: number): void {
    const { tag } = this.planned.migration;
    this.context.reporter.info('statement_resumed', `${tag}: statement ${statement} was done before`, {
      migration: tag,
      statement,
    });
  }
}
