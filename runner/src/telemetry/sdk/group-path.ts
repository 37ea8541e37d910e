/**
 * The path of a group of a Pushgateway: its labels, named as Prometheus does, in a fixed order.
 *
 * @see https://github.com/prometheus/pushgateway#url
 */
export function groupPath(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `/${name.replaceAll('.', '_')}${encoded(value)}`);
  return `/metrics/job/drizzle-gate${parts.join('')}`;
}

/** Only what no step on the way reads as anything else stands in a path as it is; that need not even be a value. */
function encoded(value: string): string {
  if (/^\w[\w.-]*$/.test(value)) return `/${value}`;
  return `@base64/${Buffer.from(value).toString('base64url') || '='}`;
}
