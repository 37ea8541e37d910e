import {
  type Comparison,
  compareHistory,
  type Journal,
  type Migration,
  matchTarget,
} from '../../../core/journal';
import { readHistory } from '../database/history';
import type { Session } from '../database/session';
import { GateError, GateErrors } from '../errors/gate-error';
import { plural } from '../report/plural';
import type { Tell } from '../report/reporter';
import type { DatabaseContext } from '../run-context';
import { tokenOf } from './confirm';
import { disagrees, type Evidence, renderAll, renderEvidence } from './evidence';
import { expectMigrations } from './expected/expect-migrations';
import { gatherEvidence } from './gather-evidence';

/** What is marked as applied, and what speaks for it. */
export interface BaselinePlan {
  readonly target: Migration;
  /** What has no row in the history yet, in the journal's order. */
  readonly members: readonly MemberEvidence[];
  readonly token: string;
}

export interface MemberEvidence {
  readonly migration: Migration;
  readonly evidence: readonly Evidence[];
  /** The kinds of its statements that leave nothing to look for, with their number. */
  readonly unseen: ReadonlyMap<string, number>;
}

/**
 * Makes the plan from the files and the database as they are now; it changes nothing. The whole range is looked at
 * together: what a later migration of it drops or renames must be gone.
 *
 * @throws GateError: 78 for a target that is unknown or ambiguous, 81 when the history disagrees with the files.
 */
export async function makeBaselinePlan(
  session: Session,
  journal: Journal,
  context: DatabaseContext,
  wanted: string,
): Promise<BaselinePlan> {
  const target = findTarget(journal, wanted);
  const history = (await readHistory(session, context.settings.migrations)) ?? [];
  const comparison = compareHistory(journal.migrations, history);
  const members = comparison.pending.filter(({ position }) => position <= target.position);
  if (members.length > 0) assertHistoryAgrees(comparison, members);
  const path = await readSearchPath(session);
  const expectation = await expectMigrations(journal.migrations.slice(0, target.position + 1), path, session);
  const evidence = members.length > 0 ? await gatherEvidence(session, expectation, path[0]) : [];
  const byTag = new Map<string, Evidence[]>();
  for (const each of evidence) {
    const own = byTag.get(each.migration);
    if (own) own.push(each);
    else byTag.set(each.migration, [each]);
  }
  const plan = members.map((migration) => ({
    migration,
    evidence: byTag.get(migration.tag) ?? [],
    unseen: expectation.unseen.get(migration.tag) ?? new Map(),
  }));
  const token = await tokenOf(session, context, [
    'baseline',
    target.tag,
    history.map(({ id, hash, createdAt }) => [id, hash, createdAt]),
    plan.map(({ migration: { tag, hash, when }, evidence: own }) => [
      tag,
      hash,
      when,
      own.map(renderEvidence),
    ]),
  ]);
  return { target, members: plan, token };
}

/** Shows the rows that are written and, for each, what the catalog says of its objects. */
export function reportBaselinePlan(
  { target, members, token }: BaselinePlan,
  { reporter }: DatabaseContext,
): void {
  for (const member of members) reportMember(member, reporter);
  reporter.info(
    'baseline_plan',
    `marking ${plural(members.length, 'migration')} as applied, up to ${target.tag}, without running them`,
    {
      target: target.tag,
      token,
      history_rows: members.map(({ migration: { tag, hash, when } }) => ({
        migration: tag,
        old: null,
        new: { hash, createdAt: when },
      })),
      detail: [
        ...members.map(
          ({ migration: { tag, hash, when } }) =>
            `${tag}: no row → hash ${hash.slice(0, 12)}…, created_at ${when}`,
        ),
        `token of this plan: ${token}`,
      ].join('\n'),
    },
  );
}

/** @throws GateErrors (81) naming every object that is not as the migrations leave it. */
export function assertEvidence({ members, target }: BaselinePlan): void {
  const wrong = members.flatMap(({ evidence }) => evidence.filter(disagrees));
  if (wrong.length === 0) return;
  throw new GateErrors(
    'MISMATCH',
    wrong.map((each) => `${each.migration}: ${renderEvidence(each)}`),
    `bring the database to where ${target.tag} leaves it, or give the last migration that it really has as --to`,
  );
}

function reportMember(
  { migration, evidence, unseen }: MemberEvidence,
  reporter: DatabaseContext['reporter'],
): void {
  const wrong = evidence.filter(disagrees).length;
  const unknown = evidence.filter(({ state }) => state === 'unknown').length;
  const nothing = [...unseen].map(([what, count]) => `${count} × ${what}`);
  const detail = [
    ...renderAll(evidence),
    ...(nothing.length > 0 ? [`unknown: ${nothing.join(', ')} (the catalog can't show what these did)`] : []),
  ];
  const agreed = evidence.length - wrong - unknown;
  const message =
    evidence.length === 0
      ? `${migration.tag}: nothing of its own to look for at the end of the range`
      : `${migration.tag}: ${agreed} of ${plural(evidence.length, 'object')} as expected${wrong > 0 ? `, ${wrong} not` : ''}${unknown > 0 ? `, ${unknown} unknown` : ''}`;
  const tell: Tell<'info' | 'warn'> = wrong > 0 ? reporter.warn : reporter.info;
  tell('baseline_evidence', message, {
    migration: migration.tag,
    objects: evidence.map(({ object, state, note }) => ({ object, state, ...(note && { note }) })),
    ...(nothing.length > 0 && { unseen: Object.fromEntries(unseen) }),
    ...(detail.length > 0 && { detail: detail.join('\n') }),
  });
}

function findTarget(journal: Journal, wanted: string): Migration {
  const tags = journal.migrations.map(({ tag }) => tag);
  const meant = matchTarget(tags, wanted);
  const target = journal.migrations.find(({ tag }) => tag === meant[0]);
  const shown = `--to is ${JSON.stringify(wanted)}`;
  if (!target) {
    throw new GateError('CONFIG', `${shown}, but no migration has this name`, {
      remedy: `give the last one that the database has (the folder ends with ${tags.slice(-5).join(', ')})`,
    });
  }
  if (meant.length > 1) {
    throw new GateError('CONFIG', `${shown}, which ${meant.length} migrations begin with`, {
      remedy: `give the whole name: ${meant.join(' or ')}`,
    });
  }
  return target;
}

function assertHistoryAgrees(comparison: Comparison, members: readonly Migration[]): void {
  const late = members.filter((migration) => comparison.outOfOrder.includes(migration));
  const problems = [
    ...comparison.edited.map(
      ({ migration, row }) =>
        `${migration.tag} was edited after it was applied (history id ${row.id}); restore the file, or accept it with repair`,
    ),
    ...comparison.missingFile.map(
      (row) =>
        `history id ${row.id} has no file here (hash ${row.hash.slice(0, 12)}…); use the folder that has it, or remove the row with repair --remove-orphan ${row.id}`,
    ),
    ...late.map(
      ({ tag }) =>
        `${tag} is not recorded, but a later migration is: it was merged late, or left out; apply it with migrate`,
    ),
  ];
  if (problems.length > 0) throw new GateErrors('MISMATCH', problems);
}

/** Where an unqualified name is looked for and made. */
async function readSearchPath(session: Session): Promise<string[]> {
  const [row] = await session.query<{ path: string }>('select to_json(current_schemas(false))::text as path');
  const path = JSON.parse(row?.path ?? '[]') as string[];
  return path.length > 0 ? path : ['public'];
}
