import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EndProxy {
  readonly url: string;
  /** When the Job's end was sent to whoever watches it; undefined while it was not. */
  readonly sentAt: number | undefined;
  close(): Promise<void>;
}

/** The condition with which Kubernetes ends a Job, in an event of a watch. */
const END = /"type":"(?:Complete|Failed)"/;

/** Stands before an API server and notes when the watch of the Job brings its end. */
export async function endProxy(target: string): Promise<EndProxy> {
  let sentAt: number | undefined;
  const server = createServer((request, response) => {
    const { method, headers, url = '' } = request;
    const isWatch = /\/jobs\?/.test(url) && /[?&]watch=(?:true|1)/.test(url);
    const onward = ask(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      let seen = '';
      answer.on('data', (chunk: Buffer) => {
        response.write(chunk);
        if (!isWatch || sentAt !== undefined) return;
        seen += chunk.toString();
        if (END.test(seen)) sentAt = performance.now();
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get sentAt() {
      return sentAt;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
