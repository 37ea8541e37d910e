import type { EmbeddedServer } from '../../cli/src/server/embedded-server';
import { type ProxyProcess, startProxyProcess } from '../support/proxy-process';

/** The ways to a server: straight, or through a proxy for each round trip time. */
export class Network {
  private constructor(
    private readonly server: EmbeddedServer,
    private readonly proxies: ReadonlyMap<number, ProxyProcess>,
  ) {}

  static async open(server: EmbeddedServer, roundTripsMs: readonly number[]): Promise<Network> {
    const proxies = new Map<number, ProxyProcess>();
    for (const roundTripMs of new Set(roundTripsMs.filter((each) => each > 0))) {
      proxies.set(roundTripMs, await startProxyProcess(server, roundTripMs));
    }
    return new Network(server, proxies);
  }

  /** Without TLS, for all tools alike: how many round trips that takes is the driver's affair. */
  url(database: string, roundTripMs: number): string {
    const url = new URL(this.server.url(database));
    url.port = String(this.proxies.get(roundTripMs)?.port ?? this.server.port);
    url.searchParams.set('sslmode', 'disable');
    return url.href;
  }

  /** Of all connections since the last call; none are counted on the straight way. */
  async takeRoundTrips(roundTripMs: number): Promise<number | undefined> {
    return this.proxies.get(roundTripMs)?.takeRoundTrips();
  }

  close(): void {
    for (const proxy of this.proxies.values()) proxy.stop();
  }
}
