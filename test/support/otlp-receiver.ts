import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { decodeRequest, type KeyValue, type RawPoint, type RawRequest, type RawSpan } from './otlp-messages';

type Value = string | number | boolean | readonly Value[];
export type Attributes = Readonly<Record<string, Value>>;

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | undefined;
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: number; readonly attributes: Attributes }[];
  /** 2 is an error. */
  readonly status: { readonly code: number; readonly message: string };
}

export interface ReceivedPoint {
  /** Of a histogram, the sum. */
  readonly value: number;
  readonly count: number | undefined;
  readonly attributes: Attributes;
}

/** A collector, as far as a test needs one. */
export interface OtlpReceiver {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** As they came, uncompressed. */
  readonly bodies: Buffer[];
  readonly resources: Attributes[];
  readonly spans: ReceivedSpan[];
  /** Those of a metric, as the newest request tells them. */
  points(metric: string): readonly ReceivedPoint[];
  readonly units: Map<string, string>;
  span(name: string): ReceivedSpan;
  /** Resolves as soon as it holds. */
  until(condition: () => boolean): Promise<void>;
}

/** Gives a status, or undefined for no answer at all. */
export type Answer = (path: string) => number | undefined | Promise<number | undefined>;

export async function withOtlpReceiver<T>(
  use: (receiver: OtlpReceiver) => Promise<T>,
  { answer = () => 200, tls }: { readonly answer?: Answer; readonly tls?: ServerOptions } = {},
): Promise<T> {
  const waiting = new Set<() => void>();
  const points = new Map<string, readonly ReceivedPoint[]>();
  const receiver: Omit<OtlpReceiver, 'url'> = {
    ...{ requests: [], bodies: [], resources: [], spans: [], units: new Map() },
    points: (metric) => points.get(metric) ?? [],
    span: (name) => {
      const found = receiver.spans.filter((span) => span.name === name);
      if (found[0] && found.length === 1) return found[0];
      throw new Error(`${found.length} spans ${name} among ${receiver.spans.map((span) => span.name)}`);
    },
    until: async (condition) => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
    },
  };
  const listen = async (request: IncomingMessage) => {
    const path = request.url ?? '';
    const body = await bodyOf(request);
    receiver.requests.push({ path, headers: request.headers });
    receiver.bodies.push(body);
    const status = await answer(path);
    if (status !== 200) return status;
    const message = decodeRequest(path, request.headers['content-type'] ?? '', body);
    receiver.spans.push(...spansIn(message));
    for (const { resource } of [...(message.resourceSpans ?? []), ...(message.resourceMetrics ?? [])]) {
      receiver.resources.push(attributesOf(resource.attributes));
    }
    for (const metric of metricsIn(message)) {
      const data = metric.gauge ?? metric.sum ?? metric.histogram;
      receiver.units.set(metric.name, metric.unit);
      points.set(metric.name, (data?.dataPoints ?? []).map(pointOf));
    }
    return status;
  };
  const server: Server = (tls ? createSecureServer(tls) : createServer()).on(
    'request',
    (request, response) => {
      listen(request)
        .then((status) => status !== undefined && response.writeHead(status).end())
        .catch(() => response.writeHead(400).end())
        .finally(() => {
          for (const wake of waiting) wake();
          waiting.clear();
        });
    },
  ) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  try {
    return await use(Object.assign(receiver, { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}` }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function spansIn({ resourceSpans = [] }: RawRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(spanOf)));
}

function metricsIn({ resourceMetrics = [] }: RawRequest) {
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
}

function spanOf(span: RawSpan): ReceivedSpan {
  return {
    ...{ name: span.name, traceId: span.traceId, spanId: span.spanId, kind: span.kind },
    parent: span.parentSpanId || undefined,
    ...{ start: milliseconds(span.startTimeUnixNano), end: milliseconds(span.endTimeUnixNano) },
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map(({ name, timeUnixNano, attributes }) => ({
      ...{ name, at: milliseconds(timeUnixNano), attributes: attributesOf(attributes) },
    })),
    status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' },
  };
}

function pointOf({ asDouble, asInt, sum, count, attributes }: RawPoint): ReceivedPoint {
  return {
    value: Number(asDouble ?? asInt ?? sum),
    count: count === undefined ? undefined : Number(count),
    attributes: attributesOf(attributes),
  };
}

function attributesOf(list: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
}

function plain({ stringValue, boolValue, intValue, doubleValue, arrayValue }: KeyValue['value']): Value {
  if (arrayValue) return arrayValue.values.map(plain);
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? '';
}

function milliseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1000n) / 1000;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
