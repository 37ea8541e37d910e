import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '../../../runner/src/report/render-event';
import type { ContainerLine } from './container-line';
import type { EventPrinter } from './event-printer';
import { decideFailure } from './failure-policy';
import type { Container, Manifest } from './manifest';
import { resolveContainer, type Surroundings } from './resolve-container';
import { runContainer } from './run-container';

export interface JobResult {
  readonly condition: 'Complete' | 'Failed';
  /** Of the container that ended the Job; 0 when it completed. */
  readonly exitCode: number;
  readonly attempts: number;
  readonly events: readonly LogEvent[];
}

/** Where a Job's containers are followed. */
export interface JobOutput {
  readonly print: (line: string) => void;
  readonly printEvent: EventPrinter;
  /** Where a person watches. */
  readonly line?: ContainerLine | undefined;
}

/** Kubernetes waits 10 s and more between two pods of a Job; nobody wants to watch that. */
const RETRY_PAUSE_MS = 200;

/**
 * Runs the containers of a Job as local processes, in the manifest's order, and does with their exit codes what the
 * manifest's own failure policy and backoffLimit say.
 */
export async function runJob(
  manifest: Manifest,
  surroundings: Surroundings,
  { print, printEvent, line }: JobOutput,
): Promise<JobResult> {
  const { backoffLimit = 6, podFailurePolicy, template } = manifest.job.spec;
  const containers = withoutSidecars(
    [...(template.spec.initContainers ?? []), ...template.spec.containers],
    print,
  );
  const events: LogEvent[] = [];
  for (let attempt = 1; ; attempt++) {
    let failed: { readonly name: string; readonly exitCode: number } | undefined;
    for (const container of containers) {
      const local = resolveContainer(manifest, container, surroundings);
      print(`  ┌ ${container.name}  (args: ${local.args.join(' ')})`);
      const run = () => runContainer(local, printEvent, surroundings.signal);
      const { exitCode, events: own } = await (line ? line.during(container.name, run) : run());
      events.push(...own);
      print(`  └ exit code ${exitCode}`);
      if (exitCode !== 0) {
        failed = { name: container.name, exitCode };
        break;
      }
    }
    if (!failed) return { condition: 'Complete', exitCode: 0, attempts: attempt, events };
    const action = decideFailure(podFailurePolicy?.rules ?? [], failed.name, failed.exitCode);
    if (action === 'FailJob' || attempt > backoffLimit) {
      print(
        `  Job Failed: ${action === 'FailJob' ? 'podFailurePolicy says FailJob' : `backoffLimit ${backoffLimit} reached`}`,
      );
      return { condition: 'Failed', exitCode: failed.exitCode, attempts: attempt, events };
    }
    print(
      `  the pod failed; the Job tries again (${attempt} of ${backoffLimit}; pause shortened to ${RETRY_PAUSE_MS} ms)`,
    );
    await sleep(RETRY_PAUSE_MS, undefined, { signal: surroundings.signal });
  }
}

/** A sidecar has its own image and never ends by itself; the rehearsal's database is reached without one. */
function withoutSidecars(containers: readonly Container[], print: JobOutput['print']): readonly Container[] {
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';
  for (const { name } of containers.filter(isSidecar)) {
    print(`  sidecar ${name}: not started, because a rehearsal has its database without one`);
  }
  return containers.filter((container) => !isSidecar(container));
}
