import { randomUUID } from 'node:crypto';
import { Activity } from '../../runner/src/activity/activity';
import { readSettings, requireConnection } from '../../runner/src/config/settings';
import { createReporter } from '../../runner/src/report/reporter';
import type { DatabaseContext } from '../../runner/src/run-context';
import { assertCatalogued } from './log-catalogue';
import { environment, type RunnerEvent } from './runner';

/** What a part of the runner works with where a test calls it without the rest, and the events that it writes. */
export function runContext(
  url: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): { readonly context: DatabaseContext; readonly events: RunnerEvent[] } {
  const events: RunnerEvent[] = [];
  // What speaks TLS is loaded late, and Jest lets nothing be loaded while it runs tests side by side.
  const settings = readSettings(environment(url, folder, { PGSSLMODE: 'disable', ...env }));
  const write = (line: string) => {
    const event = JSON.parse(line) as RunnerEvent;
    assertCatalogued([event]);
    events.push(event);
  };
  const context = {
    ...{ settings, connection: requireConnection(settings), signal: new AbortController().signal },
    ...{ reporter: createReporter({ format: 'json', write }), activity: new Activity(), runId: randomUUID() },
  };
  return { context, events };
}
