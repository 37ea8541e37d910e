import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_DB_NAMESPACE,
  ATTR_DB_OPERATION_BATCH_SIZE,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  DB_SYSTEM_NAME_VALUE_POSTGRESQL,
} from '@opentelemetry/semantic-conventions';
import type { CommandName } from '../../../../core/contract';
import type { Happening, Part } from '../../activity/part';
import type { NotedEnd } from '../note';
import type { Database } from './open-sdk';

/**
 * Of every span. `db.query.text` is never among them: the statements of a migration can hold data, and the file that is named
 * has them all.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
export function databaseAttributes(command: CommandName, database: Database | undefined): Attributes {
  return {
    ...{ 'drizzle_gate.command': command, [ATTR_DB_SYSTEM_NAME]: DB_SYSTEM_NAME_VALUE_POSTGRESQL },
    ...{ [ATTR_DB_OPERATION_NAME]: command },
    ...(database && {
      ...{ [ATTR_DB_NAMESPACE]: database.namespace, [ATTR_SERVER_ADDRESS]: database.address },
      [ATTR_SERVER_PORT]: database.port,
    }),
  };
}

export function spanName(part: Part): string {
  if (part.kind === 'run') return `drizzle-gate ${part.command}`;
  return part.kind === 'unit' ? `${part.way} unit` : `${part.way} ${part.migration}`;
}

/** @param attempt of the unit that the migration is part of, from 1. */
export function beganAttributes(part: Part, attempt: number | undefined): Attributes {
  if (part.kind === 'run') return {};
  const way = { 'drizzle_gate.way': part.way, [ATTR_DB_OPERATION_NAME]: part.way };
  if (part.kind === 'unit') {
    return { ...way, 'drizzle_gate.mode': part.mode, 'drizzle_gate.migrations': [...part.migrations] };
  }
  return {
    ...{ ...way, 'drizzle_gate.migration': part.migration, 'drizzle_gate.file': part.file },
    'drizzle_gate.statements': part.statements,
    // One statement is no batch.
    ...(part.statements > 1 && { [ATTR_DB_OPERATION_BATCH_SIZE]: part.statements }),
    ...(attempt !== undefined && { 'drizzle_gate.attempt': attempt }),
  };
}

export function endedAttributes(end: NotedEnd, rows: number): Attributes {
  const ended = { 'drizzle_gate.outcome': end.outcome, 'drizzle_gate.rows': rows };
  if (end.outcome !== 'failed') return ended;
  return {
    ...{ ...ended, 'drizzle_gate.exit_code': end.exitCode, [ATTR_ERROR_TYPE]: end.type },
    ...(end.sqlstate !== undefined && { [ATTR_DB_RESPONSE_STATUS_CODE]: end.sqlstate }),
    ...(end.migration !== undefined && { 'drizzle_gate.migration': end.migration }),
    ...(end.statement !== undefined && { 'drizzle_gate.statement': end.statement }),
  };
}

export function eventOf(happening: Exclude<Happening, { kind: 'schema' }>): {
  readonly name: string;
  readonly attributes: Attributes;
} {
  if (happening.kind === 'retry') {
    const { reason, message } = happening;
    return { name: 'retry', attributes: { 'drizzle_gate.reason': reason, 'drizzle_gate.message': message } };
  }
  const { lock, milliseconds, isObtained } = happening;
  return {
    name: 'lock_wait',
    attributes: {
      ...{ 'drizzle_gate.lock': lock, 'drizzle_gate.lock.wait.duration': milliseconds / 1000 },
      'drizzle_gate.lock.obtained': isObtained,
    },
  };
}
