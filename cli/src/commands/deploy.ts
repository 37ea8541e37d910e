import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT } from '../../../core/contract';
import { redact } from '../../../runner/src/errors/redact';
import { toGateError } from '../../../runner/src/errors/to-gate-error';
import { paletteFor } from '../../../runner/src/terminal/palette';
import { type Deployment, type DeployRequest, deploy, prepareDeployment } from '../cluster/deploy/deploy';
import { dryRun } from '../cluster/deploy/dry-run';
import { timesOf } from '../cluster/deploy/option-values';
import { notifyUrl } from '../cluster/notify/notify-url';
import { publishVerdict } from '../cluster/verdict/publish-verdict';
import { verdictOf, verdictOfError } from '../cluster/verdict/verdict-of';
import { withInterrupt } from '../interrupt';
import { inPipeline } from '../report/without-commands';

interface Options {
  readonly context?: string;
  readonly namespace?: string;
  readonly timeout?: string;
  readonly grace: string[];
  readonly retry: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly notify?: string;
  readonly migrations?: string;
}

const GRACE =
  'how long a pod may be stuck before waiting counts as useless: image, config, volume, admission, scheduling, container, sandbox; may be repeated';

/** Adds the gate itself: what the deployment pipeline calls. */
export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('apply manifests with a migration Job, follow it to its end, and apply the rest only then')
    .argument('[files...]', 'manifests, folders with manifests, or - for standard input (default: dist)')
    .option(
      '--context <name>',
      "context of the kubeconfig (default: the current one; in a pod its account's)",
    )
    .option('--namespace <name>', 'namespace of objects that name none (default: that of the context)')
    .option(
      '--timeout <duration>',
      "give up following after this time, as 900, 90s or 15m (default: the Job's deadline)",
    )
    .option('--grace <kind=seconds>', GRACE, (value: string, before: string[]) => [...before, value], [])
    .option('--retry', 'run a Job again that failed before', false)
    .option('--dry-run', 'let the server check everything, and change nothing', false)
    .option('--json', 'the verdict as a JSON document; everything else goes to standard error', false)
    .option(
      '--notify <url>',
      'Slack-compatible webhook that is told of a failure (or DRIZZLE_GATE_NOTIFY_URL)',
    )
    .option(
      '--migrations <dir>',
      'the migrations folder of this checkout, for notes on its files (default: migrations)',
    )
    .action(async (files: string[], options: Options) => {
      process.exitCode = await withInterrupt((signal) => run(files, options, signal));
    });
}

async function run(files: readonly string[], options: Options, signal: AbortSignal): Promise<number> {
  const write = options.json ? console.error : console.log;
  // A pod, and a NOTICE of the database, must not command the pipeline.
  const print = (line: string) => write(inPipeline(redact(line), process.env));
  const closing = new AbortController();
  try {
    const { notify, deployment } = await carryOut(files, options, {
      print,
      signal,
      until: AbortSignal.any([signal, closing.signal]),
    });
    if (deployment) return await publish(deployment, { ...options, notify });
    if (options.json)
      console.log(JSON.stringify({ ok: true, dryRun: true, exitCode: EXIT.OK.code }, null, 2));
    return EXIT.OK.code;
  } finally {
    // A request that is still repeated, because the API is away, would keep the process.
    closing.abort();
  }
}

interface Connections {
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  /** Ends whatever is open. */
  readonly until: AbortSignal;
}

/** What became of it, whatever went wrong; nothing for a dry run that found nothing. */
async function carryOut(
  files: readonly string[],
  options: Options,
  { print, signal, until }: Connections,
): Promise<{ readonly notify?: string | undefined; readonly deployment?: Deployment }> {
  let notify: string | undefined;
  try {
    notify = options.dryRun ? undefined : notifyUrl(options.notify, process.env);
    const request: DeployRequest = {
      ...timesOf(options),
      paths: files.length > 0 ? files : ['dist'],
      standardInput: () => readFileSync(0, 'utf8'),
      cluster: { context: options.context, namespace: options.namespace, signal: until },
      retry: options.retry,
      palette: paletteFor(options.json ? process.stderr : process.stdout, process.env),
      print,
      signal,
    };
    const prepared = await prepareDeployment(request);
    const { context, server, namespace } = prepared.cluster;
    print(`context ${context} (${server}), namespace ${namespace}`);
    if (!options.dryRun) return { notify, deployment: await deploy(prepared, request) };
    await dryRun(prepared, request);
    return {};
  } catch (error) {
    const failure = toGateError(signal.aborted ? signal.reason : error);
    return { notify, deployment: { results: [], failure } };
  }
}

/** The verdict on each gate, and on what went wrong beside them; as JSON one document. */
async function publish(
  { results, failure, subject, isGatePassed }: Deployment,
  {
    json,
    notify,
    migrations,
  }: Pick<Options, 'json' | 'migrations'> & { readonly notify: string | undefined },
): Promise<number> {
  const folder = [migrations, process.env.MIGRATIONS_FOLDER, 'migrations'].find(
    (path) => path && existsSync(path),
  );
  const verdicts = results.map((result) => verdictOf(result, { folder }));
  if (failure) verdicts.push(verdictOfError(failure, { ...subject, folder, isGatePassed }));
  const documents: string[] = [];
  const print = (text: string) => (json ? documents.push(text) : console.log(text));
  for (const verdict of verdicts) {
    await publishVerdict(verdict, { print, tell: console.error, env: process.env, json, notify });
  }
  const code = verdicts.find(({ exitCode }) => exitCode !== EXIT.OK.code)?.exitCode ?? EXIT.OK.code;
  if (json) console.log(oneDocument(documents, code));
  return code;
}

/** Whoever asks for `ok` and `exitCode` finds them, whether it was one gate or several. */
function oneDocument(documents: readonly string[], exitCode: number): string {
  const [only = '', ...others] = documents;
  if (others.length === 0) return only;
  const verdicts = documents.map((document) => JSON.parse(document));
  return JSON.stringify({ ok: exitCode === EXIT.OK.code, exitCode, verdicts }, null, 2);
}
