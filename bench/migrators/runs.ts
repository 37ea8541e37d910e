import { join } from 'node:path';
import { type Cost, measureProcess } from '../support/measure-process';
import type { Case } from './cases';
import type { Databases } from './databases';
import { writeFolder } from './formats';
import { makeMigrations, schemaAfter } from './make-migrations';
import type { Network } from './network';
import type { Tool } from './tools';

export interface Run {
  readonly cost: Cost;
  /** Unknown on the straight way. */
  readonly roundTrips: number | undefined;
}

/** Runs of tools, each on a database of its own in exactly the state that its case begins with. */
export class Runs {
  private readonly written = new Set<string>();
  private readonly templates = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly databases: Databases,
    private readonly network: Network,
    private readonly folder: string,
  ) {}

  /**
   * The database stays until the server goes: where many files were deleted a minute ago, ext4 takes its time to make new
   * ones, and the next tool would pay for it.
   *
   * @throws Error when the tool fails, or leaves anything else than the case's migrations make.
   */
  async run(tool: Tool, { total, applied }: Case, roundTripMs: number): Promise<Run> {
    const database = this.newName();
    await this.databases.create(database, await this.template(tool, applied));
    await this.network.takeRoundTrips(roundTripMs);
    const cost = await this.apply(tool, total, database, roundTripMs);
    const roundTrips = await this.network.takeRoundTrips(roundTripMs);
    return { cost, roundTrips };
  }

  /** A database to which the tool itself has applied so many; undefined for none. */
  private async template(tool: Tool, applied: number): Promise<string | undefined> {
    if (applied === 0) return undefined;
    const key = `${tool.name} ${applied}`;
    let name = this.templates.get(key);
    if (!name) {
      name = this.newName();
      await this.databases.create(name);
      await this.apply(tool, applied, name, 0);
      this.templates.set(key, name);
    }
    return name;
  }

  private async apply(tool: Tool, total: number, database: string, roundTripMs: number): Promise<Cost> {
    const url = this.network.url(database, roundTripMs);
    const cost = await measureProcess(tool.command(url, this.migrations(tool, total)));
    const expected = { ...schemaAfter(makeMigrations(total)), history: total };
    await this.databases.verify(database, tool.history, expected);
    return cost;
  }

  private migrations({ format }: Tool, total: number): string {
    const folder = join(this.folder, `${format}-${total}`);
    if (!this.written.has(folder)) writeFolder(folder, format, makeMigrations(total));
    this.written.add(folder);
    return folder;
  }

  private newName(): string {
    this.count += 1;
    return `bench_${this.count}`;
  }
}
