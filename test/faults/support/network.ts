import { command } from './command';

export interface TestNetwork {
  /** Where a server must listen to be reached from the other side. */
  readonly serverAddress: string;
  readonly clientAddress: string;
  /** Starts a program on the other side. */
  readonly startedBy: readonly string[];
  /** From now on every packet in either direction is lost, and nobody is told: no FIN, no ICMP, the link stays up. */
  drop(): Promise<void>;
  /** The network works again. */
  heal(): Promise<void>;
}

/** An address that no interface has: frames sent to it arrive, and are thrown away there. */
const NOBODY = '02:00:00:00:00:01';

let count = 0;

/** A network of two nodes: this machine, and a namespace that is removed at the end. */
export async function withNetwork<T>(use: (network: TestNetwork) => Promise<T>): Promise<T> {
  const id = `${process.pid % 100_000}x${count++}`;
  const [namespace, here, there] = [`gate-${id}`, `gateh${id}`, `gatec${id}`];
  // Of the range for benchmarks (RFC 2544), which no network uses.
  const subnet = `198.18.${process.pid % 256}`;
  const first = (count % 60) * 4;
  const [serverAddress, clientAddress] = [`${subnet}.${first + 1}`, `${subnet}.${first + 2}`];
  const ip = (...args: string[]) => command('ip', ...args);
  const inside = (...args: string[]) => command('ip', '-n', namespace, ...args);
  const neighbours = async (...change: string[]) => {
    await ip('neigh', change[0] ?? '', clientAddress, ...change.slice(1), 'dev', here);
    await inside('neigh', change[0] ?? '', serverAddress, ...change.slice(1), 'dev', there);
  };
  await ip('netns', 'add', namespace);
  try {
    await ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', namespace);
    await ip('addr', 'add', `${serverAddress}/30`, 'dev', here);
    await inside('addr', 'add', `${clientAddress}/30`, 'dev', there);
    await ip('link', 'set', here, 'up');
    await inside('link', 'set', there, 'up');
    return await use({
      ...{ serverAddress, clientAddress },
      startedBy: ['ip', 'netns', 'exec', namespace],
      drop: () => neighbours('replace', 'lladdr', NOBODY, 'nud', 'permanent'),
      heal: () => neighbours('del'),
    });
  } finally {
    // The interface goes at once; the namespace only with its last process.
    await ip('link', 'del', here).catch(() => undefined);
    await ip('netns', 'del', namespace);
  }
}
