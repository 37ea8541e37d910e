import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

/** All in milliseconds, as the server saw it: what this process was not given the processor for does not count. */
export interface Waits {
  readonly longest: number;
  readonly p99: number;
}

export interface Application {
  /** Lets the writes that are under way finish and tells how long they took. */
  stop(): Promise<Waits>;
}

const PAUSE_MS = 10;
const UNDEFINED_TABLE = '42P01';

/** An application that writes into every table all the time, each over a connection of its own, until one is dropped. */
export function startApplication(url: string, tables: readonly string[]): Application {
  const sql = postgres(url, { max: tables.length, onnotice: () => undefined });
  const waits: number[] = [];
  let running = true;
  const write = async (table: string) => {
    while (running) {
      const started = performance.now();
      try {
        const [row] = await sql.unsafe(
          `insert into ${table} default values
             returning extract(epoch from clock_timestamp() - statement_timestamp()) * 1000 as milliseconds`,
        );
        waits.push(Number(row?.milliseconds));
      } catch (error) {
        if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error;
        // It waited for the DROP, and the server tells no time with an error.
        waits.push(performance.now() - started);
        running = false;
      }
      await sleep(PAUSE_MS);
    }
  };
  const writers = Promise.all(tables.map(write));
  return {
    stop: async () => {
      running = false;
      await writers;
      await sql.end();
      waits.sort((a, b) => a - b);
      const at = (share: number) => Math.round(waits[Math.floor((waits.length - 1) * share)] ?? 0);
      return { longest: at(1), p99: at(0.99) };
    },
  };
}
