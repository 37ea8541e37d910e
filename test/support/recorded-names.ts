import type { Exchange } from './recording';

/** Objects whose names end with something random are created under another name each time. */
export class RecordedNames {
  /** Names of now, and those of the recording. */
  private readonly pairs: [now: string, then: string][] = [];
  private readonly free: string[];

  public constructor(exchanges: readonly Exchange[]) {
    this.free = [...new Set(exchanges.filter(isCreation).map(({ path }) => nameIn(path)))];
  }

  /** The address as it is in the recording. */
  public recorded(method: string, address: string): string {
    if (isCreation({ method })) this.learn(nameIn(address.split('?')[0] ?? ''));
    return this.pairs.reduce((text, [now, then]) => text.replaceAll(now, then), address);
  }

  /** An answer with the names of now. */
  public given(text: string): string {
    return this.pairs.reduce((each, [now, then]) => each.replaceAll(then, now), text);
  }

  private learn(now: string): void {
    if (this.free.includes(now) || this.pairs.some(([known]) => known === now)) return;
    const base = now.slice(0, now.lastIndexOf('-') + 1);
    const taken = this.pairs.map(([, then]) => then);
    const then = this.free.find((each) => base !== '' && each.startsWith(base) && !taken.includes(each));
    if (then !== undefined) this.pairs.push([now, then]);
  }
}

const isCreation = ({ method }: Pick<Exchange, 'method'>) => method === 'PATCH' || method === 'POST';
const nameIn = (path: string) => path.slice(path.lastIndexOf('/') + 1);
