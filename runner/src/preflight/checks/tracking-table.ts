import type { HistoryRow, Journal } from '../../../../core/journal';
import type { MigrationSettings } from '../../config/settings';

import { historyTable } from '../../database/history';
import { progressUnreadable } from '../../database/progress';

import { plural } from '../../report/plural';
import { quoteIdentifier } from '../../sql/quote';
import { type Finding, pass, refuse, warn } from '../check';
import { PROGRESS_TABLE, type ServerFacts } from '../server-facts';

const CHECK = 'tracking table';

/** Whether the history can be read at all with what is granted; asked before it is read. */
export function isHistoryReadable(facts: ServerFacts): boolean {
  return !facts.history_exists || (facts.schema_usable && !facts.history_missing.includes('SELECT'));
}

/** Whether Drizzle's history table, and what we need beside it, is there and can be written, or could be made. */
export function checkTrackingTable(
  settings: MigrationSettings,
  facts: ServerFacts,
  history: readonly HistoryRow[] | undefined,
  layout: Journal['layout'] | undefined,
  /** Whether something pending runs outside a transaction, so that its steps must be written down. */
  needsProgress: boolean,
): Finding[] {
  const name = `${settings.schema}.${settings.table}`;
  const findings = [
    ...schemaProblems(settings, facts),
    ...historyProblems(settings, facts, name),
    ...(layout === '1.x' ? upgradeProblems(facts, name) : []),
    ...(needsProgress ? progressProblems(settings, facts) : []),
  ];
  if (findings.length > 0) return findings;
  const upgrade =
    layout === '1.x' && !facts.history_named ? '; migrate will give it the format of drizzle-orm 1.0' : '';
  const state = facts.history_exists
    ? `has ${plural(history?.length ?? 0, 'row')}${upgrade}`
    : 'does not exist yet; migrate will create it';
  return [pass(CHECK, `${name} ${state}`), ...progressWarnings(settings, facts)];
}

/** Where it is not needed. */
function progressWarnings(settings: MigrationSettings, facts: ServerFacts): Finding[] {
  if (!facts.progress_exists || !facts.progress_missing.includes('SELECT')) return [];
  const { message, remedy } = progressUnreadable(settings);
  return [warn(CHECK, `${message}; what is pending runs in transactions without it`, remedy)];
}

function schemaProblems({ schema }: MigrationSettings, facts: ServerFacts): Finding[] {
  if (!facts.schema_exists || facts.schema_usable) return [];
  return [refused(facts, `schema ${schema} cannot be used`, `USAGE ON SCHEMA ${quoteIdentifier(schema)}`)];
}

function historyProblems(settings: MigrationSettings, facts: ServerFacts, name: string): Finding[] {
  const { schema } = settings;
  if (!facts.history_exists) return cannotCreate(settings, facts, name);
  const findings: Finding[] = [];
  if (facts.history_missing.length > 0) {
    const verb = facts.history_missing.includes('SELECT') ? 'read' : 'written';
    const privileges = facts.history_missing.join(', ');
    findings.push(refused(facts, `${name} cannot be ${verb}`, `${privileges} ON ${historyTable(settings)}`));
  }
  const { sequence_missing: sequence } = facts;
  if (sequence !== null) {
    const quoted = `${quoteIdentifier(schema)}.${quoteIdentifier(sequence)}`;
    findings.push(
      refused(
        facts,
        `${schema}.${sequence}, which numbers its rows, cannot be used`,
        `USAGE ON SEQUENCE ${quoted}`,
      ),
    );
  }
  return findings;
}

/** A folder of the layout of drizzle-kit 1.x needs the columns of drizzle-orm 1.0. */
function upgradeProblems(facts: ServerFacts, name: string): Finding[] {
  if (!facts.history_exists || facts.history_named || facts.history_owned) return [];
  const message = `${name} needs the columns of drizzle-orm 1.0, and only its owner can add them`;
  return [refuse(CHECK, 'ACCESS', message, { remedy: 'migrate once as the owner of the table' })];
}

function progressProblems(settings: MigrationSettings, facts: ServerFacts): Finding[] {
  const name = `${settings.schema}.${PROGRESS_TABLE}, which migrations outside a transaction need,`;
  if (!facts.progress_exists) return facts.history_exists ? cannotCreate(settings, facts, name) : [];
  if (facts.progress_missing.length === 0) return [];
  const table = `${quoteIdentifier(settings.schema)}.${quoteIdentifier(PROGRESS_TABLE)}`;
  return [refused(facts, `${name} cannot be written`, `${facts.progress_missing.join(', ')} ON ${table}`)];
}

function cannotCreate({ schema }: MigrationSettings, facts: ServerFacts, name: string): Finding[] {
  if (facts.schema_exists ? facts.schema_creatable : facts.may_create_schemas) return [];
  const what = facts.schema_exists ? `CREATE ON SCHEMA ${quoteIdentifier(schema)}` : 'CREATE ON DATABASE';
  return [refused(facts, `${name} does not exist and cannot be created`, what)];
}

function refused({ user, database }: ServerFacts, message: string, privilege: string): Finding {
  const what = privilege === 'CREATE ON DATABASE' ? `${privilege} ${quoteIdentifier(database)}` : privilege;
  return refuse(CHECK, 'ACCESS', message, { remedy: `GRANT ${what} TO ${quoteIdentifier(user)}` });
}
