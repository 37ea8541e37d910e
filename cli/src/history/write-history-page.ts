import { EXIT } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';
import { redact } from '../../../runner/src/errors/redact';
import { plural } from '../../../runner/src/report/plural';
import { version } from '../../package.json';
import type { ClusterFlags } from '../cluster/short-job/cluster-flags';
import type { RunnerEnded } from '../forward';
import { askCluster, askHere, type HistoryRequest } from './ask-runner';
import { renderHistoryPage } from './page/history-page';
import { checkPageFile, STANDARD_OUTPUT, writePageFile } from './page-file';
import { type HistoryDocument, readDocument } from './read-document';

/** A page is searched, not scrolled through on a terminal: it shows more than the table does. */
const RUNS_SHOWN = 500;

/** The options as they were typed. */
export interface PageOptions {
  readonly file: string;
  readonly migrations?: string | undefined;
  readonly [option: string]: string | true | undefined;
}

/**
 * Writes what is recorded of runs as a page, and tells on standard error where it is.
 *
 * @param flags where the runner is asked, when that is a cluster.
 * @returns the runner's exit code; nothing is written unless it is 0.
 * @throws GateError: 64 for options that exclude each other, 78 where the file can't be written.
 */
export async function writeHistoryPage(options: PageOptions, flags?: ClusterFlags): Promise<number> {
  const request = requestOf(options);
  // Before the database is asked: in a cluster, that takes a minute.
  checkPageFile(request.file);
  const { exitCode, output } = await ask(request, flags);
  if (exitCode !== EXIT.OK.code) return exitCode;
  const document = readDocument(output, version);
  const made = { at: new Date(), version, limit: request.limit };
  await writePageFile(request.file, renderHistoryPage(document, made));
  console.error(redact(`  · wrote ${told(request.file, document)}`));
  return exitCode;
}

function requestOf({ file, migrations, limit, ...others }: PageOptions): HistoryRequest {
  for (const name of ['json', 'run']) {
    if (others[name] === undefined) continue;
    throw new GateError('USAGE', `--html and --${name} exclude each other`, {
      remedy: `leave out one of them; the page has every run and a link to each`,
    });
  }
  const most = typeof limit === 'string' ? Number(limit) : RUNS_SHOWN;
  if (!Number.isInteger(most) || most < 1) {
    throw new GateError('USAGE', `--limit is ${JSON.stringify(limit)}; give a whole number of runs, from 1`);
  }
  return { file, limit: most, migrations };
}

async function ask(request: HistoryRequest, flags: ClusterFlags | undefined): Promise<RunnerEnded> {
  if (!flags) return askHere(request);
  const { withCluster } = await import('../cluster/short-job/with-cluster');
  return withCluster(flags, (context) => askCluster(request, flags, context));
}

function told(file: string, { runs, database }: HistoryDocument): string {
  const page = file === STANDARD_OUTPUT ? 'the page' : file;
  const of = database ? ` of ${database.name}${database.host ? ` on ${database.host}` : ''}` : '';
  return `${page}: ${plural(runs.length, 'run')}${of}`;
}
