import { asOurselves } from '../database/as-ourselves';
import type { Session } from '../database/session';
import { GateError } from '../errors/gate-error';
import { toGateError } from '../errors/to-gate-error';
import type { PlannedScript } from './unit';

/**
 * Lets the constraint triggers that a migration left to the commit fire now, while what it has set still holds, where
 * other migrations follow in the same transaction. Each is deferred again as it was declared. Foreign keys and unique
 * constraints stay deferred until the commit: what has been set means nothing to them, and a later migration may bring
 * the rows that they miss.
 *
 * @throws GateError (82) naming the migration.
 */
export async function fireDeferredTriggers(session: Session, planned: PlannedScript): Promise<void> {
  if (!changesSettings(planned)) return;
  const names = await findDeferredTriggers(session);
  if (names.length === 0) return;
  const list = names.join(', ');
  try {
    await session.execute(`set constraints ${list} immediate; set constraints ${list} deferred`);
  } catch (error) {
    const failure = toGateError(error);
    if (failure.sqlstate === undefined) throw failure;
    const { tag, file } = planned.migration;
    throw new GateError(
      failure.exit === 'INTERNAL' ? 'MIGRATION_FAILED' : failure.exit,
      `${file}: a deferred trigger refuses what the migration did: ${failure.message}`,
      {
        ...{ migration: tag, sqlstate: failure.sqlstate, detail: failure.detail, cause: error },
        remedy: failure.remedy ?? 'correct what the trigger refuses and run again',
      },
    );
  }
}

/** Whether a migration may leave settings behind under which its deferred triggers must fire. */
export function changesSettings({ statements }: PlannedScript): boolean {
  return statements.some(({ kind }) => kind.kind === 'setting' || kind.kind === 'procedure');
}

/** Names that stand for triggers declared INITIALLY DEFERRED and for nothing else, as far as the migration's role may say them. */
async function findDeferredTriggers(session: Session): Promise<string[]> {
  const rows = await asOurselves(session, ({ role, authorization }) =>
    session.query<{ name: string }>(
      `select distinct format('%I.%I', n.nspname, c.conname) as name
         from pg_constraint c join pg_namespace n on n.oid = c.connamespace
        where c.contype = 't' and c.condeferred and has_schema_privilege($1::name, n.oid, 'USAGE')
          and not exists (select from pg_constraint o
                           where o.connamespace = c.connamespace and o.conname = c.conname and not o.condeferred)`,
      [role === 'none' ? authorization : role],
    ),
  );
  return rows.map(({ name }) => name);
}
