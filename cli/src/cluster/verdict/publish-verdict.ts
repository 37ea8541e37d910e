import { appendFileSync } from 'node:fs';
import { EXIT } from '../../../../core/contract';
import { redact } from '../../../../runner/src/errors/redact';
import { toRedactedJson } from '../../../../runner/src/report/redact-json';
import { inPipeline } from '../../report/without-commands';
import { notify } from '../notify/notify';
import { linkToFile } from './link-to-file';
import { renderAnnotations } from './render-annotations';
import { renderStepSummary } from './render-step-summary';
import { renderTerminal } from './render-terminal';
import type { Verdict } from './verdict';
import { verdictJson } from './verdict-json';

export interface Surroundings {
  /** Where the verdict goes; with `json` the document alone. */
  readonly print: (text: string) => void;
  /** Where everything else goes. */
  readonly tell: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `print` gets one JSON document, and `tell` the words. @default false */
  readonly json?: boolean | undefined;
  /** Webhook that is told of a failure; `notifyUrl` gives it. @default - nobody is told */
  readonly notify?: string | undefined;
  /** The folder from which GitHub names files. @default - GITHUB_WORKSPACE */
  readonly root?: string | undefined;
}

/**
 * Tells the verdict wherever there is somebody to read it: on the terminal, on the page of the workflow's run
 * (`GITHUB_STEP_SUMMARY`), as notes on its files (`GITHUB_ACTIONS`), and a failure to the team's webhook. Nothing secret
 * leaves it, nothing that goes wrong in it changes the outcome, and it takes no more than ten seconds.
 */
export async function publishVerdict(verdict: Verdict, surroundings: Surroundings): Promise<void> {
  const { env, json = false } = surroundings;
  const print = (text: string) => surroundings.print(redact(text));
  const tell = (text: string) => surroundings.tell(redact(text));
  const words = json ? tell : print;
  const isGitHub = env.GITHUB_ACTIONS === 'true';
  words(inPipeline(renderTerminal(verdict), env));
  if (json) surroundings.print(toRedactedJson(verdictJson(verdict), 2));
  const root = surroundings.root ?? (env.GITHUB_WORKSPACE || undefined);
  if (isGitHub) {
    for (const note of renderAnnotations(verdict, root)) words(note);
  }
  if (env.GITHUB_STEP_SUMMARY) {
    addSummary(env.GITHUB_STEP_SUMMARY, renderStepSummary(verdict, linkToFile(env, root)), tell);
  }
  if (surroundings.notify && isFailure(verdict)) {
    const problem = await notify(surroundings.notify, verdict, env);
    if (problem !== undefined) tell(`! nobody was notified: ${problem}`);
  }
}

/** Who interrupted it, or is asked for a token, knows. */
function isFailure({ exitCode }: Verdict): boolean {
  const quiet: readonly number[] = [EXIT.OK.code, EXIT.INTERRUPTED.code, EXIT.NOT_CONFIRMED.code];
  return !quiet.includes(exitCode);
}

function addSummary(path: string, summary: string, tell: (text: string) => void): void {
  try {
    appendFileSync(path, `${redact(summary)}\n\n`);
  } catch (error) {
    tell(`! the summary of the run was not written: ${(error as Error).message}`);
  }
}
