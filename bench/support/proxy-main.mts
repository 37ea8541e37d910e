import { type Address, startDelayProxy } from './delay-proxy';

/** Asked by the process that started it; it ends with it. */
export type ProxyRequest = 'take';
export type ProxyAnswer = { readonly port: number } | { readonly roundTrips: number };

const [server, roundTripMs] = JSON.parse(process.argv[2] ?? '') as [Address, number];
const proxy = await startDelayProxy(server, roundTripMs);
const answer = (message: ProxyAnswer) => process.send?.(message);
process.on('message', (_request: ProxyRequest) => answer({ roundTrips: proxy.takeRoundTrips() }));
process.on('disconnect', () => process.exit());
answer({ port: proxy.port });
