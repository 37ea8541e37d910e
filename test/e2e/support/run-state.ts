import type { Identity } from './settings';

/** Where pods and tests find the database server. */
export interface DatabaseServer {
  /** An administrator's URL, as the tests reach it. */
  readonly adminUrl: string;
  /** Its address and port as pods reach it. */
  readonly address: string;
  readonly port: number;
  /** Whom the network policies open: addresses, or the pods by their labels. */
  readonly peer:
    | { readonly cidr: string }
    | {
        readonly podLabels: Readonly<Record<string, string>>;
        readonly namespaceLabels: Readonly<Record<string, string>>;
      };
}

/** What the set-up made, for the processes of the tests. */
export interface RunState {
  /** Ends the name of everything that this run makes. */
  readonly suffix: string;
  readonly image: string;
  readonly imageNext: string;
  readonly database: DatabaseServer;
  readonly identity: Identity;
  readonly record: string | undefined;
  readonly restartApi: string | undefined;
}

const VARIABLE = 'E2E_STATE';

/** Variables of a test process. */
export function stateEnv(state: RunState): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(state) };
}

/** @throws Error when the tests were not started by main.mts. */
export function runState(): RunState {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('these tests need a cluster that is prepared; run npm run test:e2e');
  return JSON.parse(text) as RunState;
}
