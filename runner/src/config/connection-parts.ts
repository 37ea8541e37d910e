/** The parts of a connection that can be given twice: in the URL and as a variable of its own. */
export const CONNECTION_PARTS = [
  ...(['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'] as const),
  ...(['PGSSLMODE', 'PGSSLROOTCERT'] as const),
] as const;
export type ConnectionPart = (typeof CONNECTION_PARTS)[number];
export type ConnectionParts = Partial<Record<ConnectionPart, string>>;
