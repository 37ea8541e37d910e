import type { Connection } from '../../config/connection';
import { type Finding, pass } from '../check';
import type { ServerFacts } from '../server-facts';

/** Where the session goes and how; that it is there at all is what passes. */
export function checkConnectivity(
  { host, port, database }: Connection,
  { user, tls, milliseconds }: ServerFacts,
): Finding[] {
  const how = `${tls ? 'with' : 'without'} TLS, answered in ${milliseconds} ms`;
  return [pass('connectivity', `${host}:${port}/${database} as ${user}, ${how}`)];
}
