import { type Problems, shown } from '../problems';

export interface ReceiverUrl {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** What a kind of receiver expects of its URL. */
export interface UrlExpectation {
  readonly subject: string;
  /** Its usual port over http. */
  readonly port: number;
  /** Where a login belongs. */
  readonly secretProp: string;
}

const PORT = /^[a-z]+:\/\/(?:\[[^\]]*\]|[^/?#:]*):(\d+)(?:[/?#]|$)/i;
const GRPC_PORT = 4317;

/** Reads the URL of a receiver; what is wrong with it goes to `problems`. */
export function receiverUrl(
  problems: Problems,
  text: string,
  { subject, port: usual, secretProp }: UrlExpectation,
): ReceiverUrl | undefined {
  const add = (problem: string) => problems.add(subject, problem);
  const example = `"http://collector.monitoring.svc:${usual}"`;
  const url =
    typeof text === 'string' && text.trim() === text && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) {
    // It may hold a login.
    add(`${withoutLogin(text)} is not a URL; write it like ${example}`);
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    add(
      `the URL holds a login, and everybody can read the manifest; put it into a Secret and give ${secretProp}`,
    );
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    add(`${shown(text)} is not of http or https; write it like ${example}`);
    return undefined;
  }
  if (url.search !== '' || url.hash !== '') {
    add(`${shown(text)} has a query or a fragment; leave ${shown(`${url.search}${url.hash}`)} out`);
  }
  const port = Number(PORT.exec(text)?.[1] ?? (url.protocol === 'https:' ? 443 : 0));
  if (port === 0) add(`${shown(text)} names no port; write ":${usual}", or ":80" where that is meant`);
  if (port === GRPC_PORT) {
    add(`${shown(text)} is OTLP over gRPC, and the runner speaks OTLP over HTTP; give port 4318`);
  }
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

function withoutLogin(text: unknown): string {
  return shown(typeof text === 'string' ? text.replace(/\/\/[^/]*@/, '//***@') : text);
}
