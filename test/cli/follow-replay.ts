import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Change, Cluster, LogRequest, Selection } from '../../cli/src/cluster/client/cluster';
import { followJob } from '../../cli/src/cluster/follow/follow-job';
import type { FollowOptions } from '../../cli/src/cluster/follow/follow-options';
import type { JobResult } from '../../cli/src/cluster/follow/job-result';
import { terminalPrinter } from '../../cli/src/cluster/follow/terminal-printer';

/** What a real API server told whoever followed a Job, with milliseconds: changes of a watch, and lines of logs. */
interface Entry {
  readonly at: number;
  readonly watch?: string;
  readonly change?: Change<KubernetesObject>;
  readonly log?: string;
  readonly line?: { readonly time: string; readonly text: string };
}

/** What goes wrong in a replay that went well when it was recorded. */
export interface Faults {
  /** What a watch of a kind, or `log`, throws. */
  readonly refuse?: Readonly<Record<string, Error>>;
  /** The first streams of a log end, as broken connections do: each brings one line more than the one before. */
  readonly breakingLogs?: boolean;
  /** Every stream of a log falls silent after its lines instead of ending. */
  readonly endlessLogs?: boolean;
  /** Only what was told up to then (milliseconds of the recording) is told. */
  readonly until?: number;
}

/** Recorded seconds are replayed so much faster. */
const SPEED = 20;

export class ReplayedCluster implements Cluster {
  readonly userName = async () => undefined;
  readonly namespace = 'follow';
  readonly context = 'replay';
  readonly server = 'https://replay';
  readonly asked: LogRequest[] = [];
  readonly #entries: readonly Entry[];
  readonly #start = performance.now();

  constructor(
    recording: string,
    readonly faults: Faults = {},
  ) {
    const text = readFileSync(`test/cli/recordings/follow/${recording}.ndjson`, 'utf8');
    const entries: Entry[] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    this.#entries = entries.filter(({ at }) => at <= (faults.until ?? Number.POSITIVE_INFINITY));
  }

  /** The Job that was followed. */
  get target(): { namespace: string; name: string; uid: string } {
    const first = this.#entries.find(({ watch }) => watch === 'Job')?.change;
    const job = first?.type === 'list' ? first.objects[0] : first?.object;
    return { namespace: 'follow', name: job?.metadata?.name ?? '', uid: job?.metadata?.uid ?? '' };
  }

  async read<T extends KubernetesObject>(): Promise<T | undefined> {
    return this.#now<T>('Job')[0];
  }

  async list<T extends KubernetesObject>({ kind }: Selection): Promise<T[]> {
    return this.#now<T>(kind);
  }

  async *watch<T extends KubernetesObject>(selection: Selection, signal: AbortSignal) {
    const { kind, fieldSelector = '' } = selection;
    const refused = this.faults.refuse?.[kind];
    if (refused) throw refused;
    const source = kind === 'Event' ? `Event ${fieldSelector.split('=')[1]}` : kind;
    for (const { at, watch, change } of this.#entries) {
      if (watch !== source || !change) continue;
      await this.#until(at, signal);
      if (signal.aborted) return;
      yield change as Change<T>;
    }
    await forever(signal);
  }

  async *logs(request: LogRequest, signal: AbortSignal) {
    this.asked.push(request);
    if (this.faults.refuse?.log) throw this.faults.refuse.log;
    const { follow, sinceTime, tailLines } = request;
    const own = this.#entries.filter(({ log }) => log === `${request.pod}/${request.container}`);
    const written = new Map(
      own.flatMap(({ at, line }) => (line ? [[line.time + line.text, { at, line }]] : [])),
    );
    const since = sinceTime === undefined ? 0 : Date.parse(sinceTime);
    const lines = [...written.values()]
      .filter(({ at, line }) => Date.parse(line.time) >= since && (follow || at <= this.#at()))
      .slice(-(tailLines ?? 0));
    const streams = this.asked.filter((each) => each.container === request.container && !each.tailLines);
    const isBroken = this.faults.breakingLogs && !tailLines && streams.length < lines.length;
    for (const { at, line } of isBroken ? lines.slice(0, streams.length) : lines) {
      await this.#until(at, signal);
      if (signal.aborted) return;
      yield line;
    }
    if (!follow || isBroken) return;
    await (this.faults.endlessLogs ? forever(signal) : this.#until(own.at(-1)?.at ?? 0, signal));
  }

  async apply(): Promise<never> {
    throw new Error('following changes nothing');
  }

  async remove(): Promise<never> {
    throw new Error('following changes nothing');
  }

  #at(): number {
    return (this.#entries[0]?.at ?? 0) + (performance.now() - this.#start) * SPEED;
  }

  async #until(at: number, signal: AbortSignal): Promise<void> {
    await sleep(Math.max(0, (at - this.#at()) / SPEED), undefined, { signal }).catch(() => undefined);
  }

  /** What is there by now. */
  #now<T extends KubernetesObject>(source: string): T[] {
    const there = new Map<string, KubernetesObject>();
    for (const { at, watch, change } of this.#entries) {
      if (watch !== source || !change || at > this.#at()) continue;
      for (const object of change.type === 'list' ? change.objects : [change.object]) {
        const uid = object.metadata?.uid ?? '';
        if (change.type === 'gone') there.delete(uid);
        else there.set(uid, object);
      }
    }
    return [...there.values()] as T[];
  }
}

async function forever(signal: AbortSignal): Promise<void> {
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
}

export interface Followed {
  readonly result: JobResult;
  /** What a person saw; the random ends of names are taken out. */
  readonly shown: readonly string[];
  readonly cluster: ReplayedCluster;
}

/** Follows a recorded Job as the command does. */
export async function followRecorded(
  recording: string,
  options: Partial<FollowOptions> = {},
  faults: Faults = {},
): Promise<Followed> {
  const cluster = new ReplayedCluster(recording, faults);
  const shown: string[] = [];
  const printer = terminalPrinter((line) =>
    shown.push(line.replaceAll(new RegExp(`\\b${recording}-[a-z0-9]{5}\\b`, 'g'), 'POD')),
  );
  const result = await followJob(cluster, cluster.target, { printer, ...options });
  return { result, shown, cluster };
}
