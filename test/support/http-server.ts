import { createServer, type IncomingMessage } from 'node:http';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** Undefined: it never answers. */
export type HttpReply = { readonly status?: number; readonly body: string } | undefined;

/** Gives the URL of a server on the loopback address that answers as told, and all that it was asked. */
export async function withHttpServer<T>(
  answer: (request: Received) => HttpReply,
  use: (url: string, received: Received[]) => Promise<T>,
): Promise<T> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    const asked = { method, url, authorization: headers.authorization, form };
    received.push(asked);
    const reply = answer(asked);
    if (reply) response.writeHead(reply.status ?? 200).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    return await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, received);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What STS answers a role with. */
export function stsAnswer(id: string, secret: string, session: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
  <Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey>
  <SessionToken>${session}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
  </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
}

export function stsError(code: string, message = 'as the test wants it'): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}
