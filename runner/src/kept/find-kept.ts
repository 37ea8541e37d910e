import { GateError } from '../errors/gate-error';
import type { KeptSchema, KeptSchemas } from './kept-index';
import { KEPT_PREFIX } from './kept-schema';

/**
 * The schema of copies that a person means: by its name, or by the beginning of it or of the time in it.
 *
 * @throws GateError (78) with the choices when none or several are meant; 77 when it is somebody else's.
 */
export function findKept({ schemas, unreadable }: KeptSchemas, wanted: string): KeptSchema {
  const exact = schemas.find(({ name }) => name === wanted);
  if (exact) return exact;
  const names = [...schemas.map(({ name }) => name), ...unreadable];
  const meant = names.filter((name) => name.startsWith(wanted) || name.startsWith(`${KEPT_PREFIX}${wanted}`));
  const [first] = meant;
  if (meant.length > 1) {
    throw new GateError(
      'CONFIG',
      `${JSON.stringify(wanted)} is the beginning of ${meant.length} schemas in which rollbacks have kept rows`,
      { remedy: `give the whole name: ${meant.join(' or ')}` },
    );
  }
  if (first === undefined) throw noSuchSchema(wanted, names);
  const found = schemas.find(({ name }) => name === first);
  if (!found) throw notReadable(first);
  return found;
}

/** The same, by the whole name and nothing less. */
export function findExactly({ schemas, unreadable }: KeptSchemas, wanted: string): KeptSchema {
  const found = schemas.find(({ name }) => name === wanted);
  if (found) return found;
  if (unreadable.includes(wanted)) throw notReadable(wanted);
  throw noSuchSchema(wanted, [...schemas.map(({ name }) => name), ...unreadable]);
}

function noSuchSchema(wanted: string, names: readonly string[]): GateError {
  return new GateError('CONFIG', `${JSON.stringify(wanted)} is no schema in which a rollback has kept rows`, {
    remedy: names.length > 0 ? `give one of ${names.join(', ')}` : 'nothing is kept in this database',
  });
}

function notReadable(name: string): GateError {
  return new GateError('ACCESS', `this role may not read what is kept in ${name}`, {
    remedy: 'connect as the role that rolled back',
  });
}
