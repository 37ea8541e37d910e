import type { Activity } from './activity/activity';
import type { Connection } from './config/connection';
import type { Settings } from './config/settings';
import type { Attempt } from './database/attempt';
import type { FieldsOf } from './report/events';
import type { Reporter } from './report/reporter';

/** What every command works with. */
export interface RunContext {
  readonly settings: Settings;
  readonly reporter: Reporter;
  /** What the run is doing, for those who follow it. */
  readonly activity: Activity;
  /** Id of this run (UUID), in its record, its log lines and its spans. */
  readonly runId: string;
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal;
  /** The connection of the first session, where it was begun already. */
  readonly ahead?: Attempt | undefined;
  /** Whether a person sees each line as it is written. */
  readonly isTerminal?: boolean;
  /** How a person called it, without `--confirm`; empty where the runner itself was called. */
  readonly commandLine?: string;
}

/** The same, once the settings were found usable. */
export interface DatabaseContext extends RunContext {
  readonly connection: Connection;
}

/** What a command that succeeded says about its work, besides what every run says. */
export type RunSummary = Omit<FieldsOf<'run_finished'>, 'command' | 'outcome' | 'duration_ms'>;
