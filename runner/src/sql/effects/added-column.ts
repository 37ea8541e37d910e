import type { ColumnDef } from 'libpg-query';

/** Functions that give another value for each row, so that the default must be written into each. */
const VOLATILE = new Set([
  ...['random', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'clock_timestamp', 'timeofday', 'nextval'],
  ...['uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4', 'gen_random_bytes'],
]);
const SERIAL = new Set(['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial']);

/** Whether a new column makes PostgreSQL write every row of the table anew: only what is certain. */
export function addedColumnRewrites({ typeName, constraints }: ColumnDef): boolean {
  const type = typeName?.names?.at(-1);
  if (type && 'String' in type && typeName?.names?.length === 1 && SERIAL.has(type.String.sval ?? ''))
    return true;
  return (constraints ?? []).some((node) => {
    if (!('Constraint' in node)) return false;
    const { contype, raw_expr, generated_kind } = node.Constraint;
    if (contype === 'CONSTR_IDENTITY') return true;
    if (contype === 'CONSTR_GENERATED') return generated_kind !== 'v';
    return contype === 'CONSTR_DEFAULT' && raw_expr !== undefined && callsVolatile(raw_expr);
  });
}

function callsVolatile(expression: object): boolean {
  let found = false;
  JSON.stringify(expression, (key, value) => {
    if (key === 'FuncCall') {
      const name = value.funcname?.at(-1)?.String?.sval;
      found ||= VOLATILE.has(name);
    }
    return value;
  });
  return found;
}
