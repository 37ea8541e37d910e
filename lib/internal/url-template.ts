import type { EnvSource } from './pod-parts';

/**
 * `urlquery` writes a space as `+`, which nobody who reads a connection URL turns back. A real `+` is `%2B` by then.
 *
 * @see https://pkg.go.dev/text/template#hdr-Functions
 */
const ENCODED = '| urlquery | replace "+" "%20"';

/** The template of a connection URL, for the engine of the External Secrets Operator. */
export function urlTemplate(
  plain: { readonly [name: string]: EnvSource },
  remote: { readonly [name: string]: unknown },
  sslMode: string | undefined,
): string {
  const value = (name: string) => {
    const source = plain[name];
    return source && 'value' in source ? source.value : '';
  };
  const encoded = (name: string) =>
    name in remote ? `{{ .${name} ${ENCODED} }}` : encodeURIComponent(value(name));
  const host = 'PGHOST' in remote ? '{{ .PGHOST }}' : bracketed(value('PGHOST'));
  const port = 'PGPORT' in remote ? '{{ .PGPORT }}' : value('PGPORT') || '5432';
  const login = `${encoded('PGUSER')}:${encoded('PGPASSWORD')}`;
  const query = sslMode === undefined ? '' : `?sslmode=${sslMode}`;
  return `postgresql://${login}@${host}:${port}/${encoded('PGDATABASE')}${query}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
