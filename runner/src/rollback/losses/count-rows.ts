import type { Session } from '../../database/session';
import { isServerError } from '../../errors/server-error';
import { quoteIdentifier, quoteName } from '../../sql/quote';
import type { RelationFacts } from './describe';
import type { Counting } from './draft';
import type { Loss } from './loss';

export type Count = Pick<Loss, 'rows' | 'isEstimate' | 'uncounted'>;

const SAVEPOINT = 'drizzle_gate_estimate';

/** Counts exactly up to a limit; beyond it the server's estimate is given, and said to be one. */
export async function countRows(
  session: Session,
  facts: RelationFacts,
  counting: Counting,
  limit: number,
): Promise<Count> {
  if (counting.by === 'nothing') return { uncounted: counting.why };
  if (counting.by === 'plan') return estimateByPlan(session, facts, counting);
  if (facts.isRemote) return { uncounted: 'some of its rows are on another server' };
  if (!['r', 'p', 'm'].includes(facts.kind)) return { uncounted: 'it is no table' };
  if (!facts.isPopulated) return { rows: 0 };
  if (!facts.mayRead) return { uncounted: 'this role may not read the table (no privilege SELECT)' };
  const estimate = estimateOf(facts, counting);
  // Policies hide rows from the role, but not from what destroys them.
  if (facts.isFiltered) return { rows: estimate, isEstimate: true };
  // Close to the limit, counting as far as it goes costs little.
  if (facts.estimate > 2 * limit) return { rows: estimate, isEstimate: true };
  const { all, counted } = await countUpTo(session, facts, counting, limit + 1);
  // The statistics are older than most of the rows.
  return all > limit ? { rows: Math.max(estimate, counted), isEstimate: true } : { rows: counted };
}

function estimateOf({ estimate, nullFraction }: RelationFacts, { by }: Counting): number {
  return Math.round(by === 'values' ? estimate * (1 - (nullFraction ?? 0)) : estimate);
}

/** Never reads more rows than it was told, however old the statistics are that led here. */
async function countUpTo(
  session: Session,
  { schema, name, column }: RelationFacts,
  counting: Extract<Counting, { by: 'rows' | 'values' }>,
  limit: number,
): Promise<{ all: number; counted: number }> {
  const value = counting.by === 'values' && column !== null ? quoteIdentifier(column) : '1';
  const [row] = await session.query<{ all: string; counted: string }>(
    `select count(*) as all, count(value) as counted
       from (select ${value} as value from ${counting.only ? 'only ' : ''}${quoteName({ schema, name })} limit ${limit}) rows`,
  );
  return { all: Number(row?.all), counted: Number(row?.counted) };
}

interface PlanNode {
  readonly 'Node Type'?: string;
  readonly Operation?: string;
  readonly 'Relation Name'?: string;
  readonly 'Plan Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Asks the planner how many rows a statement will reach. It is never run: EXPLAIN does not, the transaction is read-only
 * meanwhile, and whatever it locked is let go again.
 */
async function estimateByPlan(
  session: Session,
  { name }: RelationFacts,
  { statement, operation }: Extract<Counting, { by: 'plan' }>,
): Promise<Count> {
  await session.execute(`savepoint ${SAVEPOINT}`);
  try {
    await session.execute('set local transaction_read_only = on');
    const [row] = await session.execute<{ 'QUERY PLAN': unknown }>(
      `explain (format json, verbose off) ${statement}`,
    );
    const plan = row?.['QUERY PLAN'];
    const [{ Plan: root }] = (typeof plan === 'string' ? JSON.parse(plan) : plan) as [{ Plan: PlanNode }];
    const changes = modifications(root).filter(
      (node) =>
        node['Relation Name'] === name && (node.Operation === operation || node.Operation === 'Merge'),
    );
    const rows = changes.map(({ Plans: [first] = [] }) => first?.['Plan Rows'] ?? 0);
    if (rows.length === 0) return { uncounted: 'the server does not tell how many rows it reaches' };
    return { rows: rows.reduce((sum, each) => sum + each, 0), isEstimate: true };
  } catch (error) {
    if (!isServerError(error)) throw error;
    return { uncounted: 'what it reaches can be told only when it runs' };
  } finally {
    await session.farewell(() =>
      session.execute(`rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`),
    );
  }
}

function modifications(node: PlanNode): PlanNode[] {
  const below = (node.Plans ?? []).flatMap(modifications);
  return node['Node Type'] === 'ModifyTable' ? [node, ...below] : below;
}
