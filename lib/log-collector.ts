import type { PodParts } from './internal/pod-parts';
import { Problems, shown } from './internal/problems';
import { labelProblems } from './internal/syntax';

export interface DatadogLogsOptions {
  /** Name of the service that the logs belong to, for example `orders-migration`. */
  readonly service: string;
  /**
   * Datadog's name of the environment, for example `prod`.
   * @default - that of the agent
   */
  readonly env?: string;
  /**
   * Version of the service.
   * @default - none
   */
  readonly version?: string;
  /**
   * More tags of the logs.
   * @default - none
   */
  readonly tags?: { readonly [name: string]: string };
}

/** Datadog chooses the pipeline of a log by it. */
const DATADOG_SOURCE = 'drizzle-gate';

/**
 * Which agent collects the logs, where it must be told how to read them. Most need nothing, because each line is a JSON
 * object: Fluent Bit as Amazon's CloudWatch add-on and Fluent Bit's own chart set it up (`Merge_Log On`) takes it apart,
 * the former into `log_processed`.
 */
export class LogCollector {
  /**
   * The agent of Datadog: annotations for each container of the runner, and the labels of unified service tagging. For the
   * times of the lines themselves, a pipeline for `source:drizzle-gate` needs a date remapper for `time`.
   *
   * @throws Error with every problem of the options.
   * @see https://docs.datadoghq.com/containers/kubernetes/log/
   * @see https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/
   */
  public static datadog(options: DatadogLogsOptions): LogCollector {
    const { service, env, version, tags = {} } = options;
    const problems = new Problems();
    const given = Object.entries({ service, env, version }).filter(([, value]) => value !== undefined);
    const podLabels = Object.fromEntries(
      given.map(([name, value]) => [`tags.datadoghq.com/${name}`, value ?? '']),
    );
    if (typeof service !== 'string' || service === '') {
      problems.add('service', `${shown(service)} is no name; give the name of the service`);
    }
    for (const [name, value] of given) {
      const [problem] = labelProblems({ [`tags.datadoghq.com/${name}`]: value ?? '' });
      problems.check(name, problem);
    }
    for (const [name, value] of Object.entries(tags)) {
      if (!/^[a-z][-a-z0-9_./]*$/.test(name) || typeof value !== 'string' || /^$|,/.test(value)) {
        problems.add(
          'tags',
          `${shown(name)} with ${shown(value)} is no tag of Datadog; write the name with lower-case letters, digits, "_", "-", "." and "/", and a value without a comma`,
        );
      }
    }
    problems.throwIfAny();
    const list = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
    const log = JSON.stringify([{ source: DATADOG_SOURCE, service, ...(list.length > 0 && { tags: list }) }]);
    return new LogCollector((containers) => ({
      podLabels,
      podAnnotations: Object.fromEntries(containers.map((name) => [`ad.datadoghq.com/${name}.logs`, log])),
    }));
  }

  private constructor(
    /**
     * What it adds to a pod with these containers.
     * @internal
     */
    public readonly _parts: (containerNames: readonly string[]) => PodParts,
  ) {}
}
