import type { Container } from './manifest';

const PARTS = ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'] as const;

/**
 * Whether a variable says where the database is, how to log in, or how to encrypt: itself, or the file that holds it.
 * Other variables of libpq stay: the runner refuses them, here as in the cluster.
 */
export function isOfConnection(name: string): boolean {
  const plain = name.replace(/_FILE$/, '');
  return (
    plain === 'DATABASE_URL' ||
    plain === 'DATABASE_LOGIN' ||
    plain.startsWith('PGSSL') ||
    (PARTS as readonly string[]).includes(plain)
  );
}

/**
 * The connection of the rehearsal in the form that the manifest uses, and always whole: a port that the manifest leaves
 * to its default would lead to whatever listens there on this machine. Nothing where the manifest has no connection at
 * all, because then the Job would have none in the cluster either.
 */
export function ownConnection(
  { env = [], envFrom = [] }: Container,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = env.map(({ name }) => name.replace(/_FILE$/, ''));
  const hasUrl = names.includes('DATABASE_URL');
  const hasParts = names.some((name) => (PARTS as readonly string[]).includes(name));
  if (!hasUrl && !hasParts && envFrom.length === 0) return {};
  const wanted = [...(hasUrl ? ['DATABASE_URL'] : []), ...(hasParts || !hasUrl ? PARTS : [])];
  return Object.fromEntries(wanted.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}
