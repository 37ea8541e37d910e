import type { LogRequest } from './cluster';
import type { Connection } from './connection';
import { readLines } from './read-lines';

/** As the kubelet puts it before every line. */
const TIME = /^\d{4}-\d\d-\d\dT\S+ /;

/** The lines of a container's log as the kubelet noted them. @throws ClusterError where there is no log to be had. */
export async function* readLog(
  connection: Connection,
  server: string,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<{ time: string; text: string }> {
  const { namespace, pod, container, sinceTime, tailLines, follow } = request;
  const url = new URL(
    `${server}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
  );
  const parameters = {
    container,
    sinceTime,
    tailLines: tailLines?.toString(),
    follow: follow ? 'true' : undefined,
    timestamps: 'true',
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const response = await connection.stream({ method: 'GET', url: url.href }, signal);
  try {
    for await (const line of readLines(response)) {
      const space = line.indexOf(' ');
      // Where the container's log is gone, the kubelet says so in its place, and without a time.
      if (TIME.test(line)) yield { time: line.slice(0, space), text: line.slice(space + 1) };
    }
  } catch {
    // The connection broke, or nobody listens any more; whoever follows asks again from the last time.
  } finally {
    response.destroy();
  }
}
