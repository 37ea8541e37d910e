import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import type { TelemetryOptions } from '../../telemetry/telemetry-options';
import { type Problems, shown } from '../problems';
import type { Receiver } from './receiver';

const ENVIRONMENT = 'deployment.environment.name';
const NAMESPACE = 'POD_NAMESPACE';

/** Where a run takes place, as OpenTelemetry names it; the kubelet puts the values of earlier variables in. */
const PLACE = {
  'k8s.namespace.name': `$(${NAMESPACE})`,
  'k8s.pod.name': '$(POD_NAME)',
  'k8s.job.name': '$(JOB_NAME)',
} as const;
const CONTAINER = 'k8s.container.name';
/** Each run is an instance of its own, by its id. */
const INSTANCE = 'service.instance.id';
/** OpenTelemetry's SDK leaves out all of them where one is longer. */
const LONGEST = 255;

/** The attributes that the options give; what is wrong with them goes to `problems`. */
export function attributesOf(
  problems: Problems,
  { environment, resourceAttributes = {} }: TelemetryOptions,
): { [name: string]: string } {
  if (environment !== undefined && (typeof environment !== 'string' || environment.trim() === '')) {
    problems.add('environment', `${shown(environment)} is no name; give one, or leave it out`);
  }
  if (environment !== undefined) problems.check('environment', lengthProblem(environment));
  for (const [name, value] of Object.entries(resourceAttributes)) {
    problems.check('resourceAttributes', attributeProblem(name, value));
  }
  return { ...(environment !== undefined && { [ENVIRONMENT]: environment }), ...resourceAttributes };
}

function attributeProblem(name: string, value: unknown): string | undefined {
  if (name === ENVIRONMENT) return `${shown(name)} has a prop of its own; give environment instead`;
  if (name in PLACE || name === CONTAINER) return `${shown(name)} is set by the construct; leave it out`;
  if (name === INSTANCE) return `${shown(name)} is the id of each run; leave it out`;
  if (!/^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) {
    return `${shown(name)} is not the name of an attribute; write letters, digits, ".", "_" and "-", starting with a letter`;
  }
  if (typeof value !== 'string' || value === '') return `${shown(name)} is ${shown(value)}; give it a text`;
  return lengthProblem(name) ?? lengthProblem(value);
}

function lengthProblem(text: string): string | undefined {
  if (text.length <= LONGEST) return undefined;
  return `${shown(`${text.slice(0, 20)}…`)} has ${text.length} characters; give ${LONGEST} at most`;
}

/**
 * The variables that say where the run takes place. They stand behind POD_NAME and JOB_NAME, whose values they take.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function resourceEnv({ attributes }: Receiver, containerName: string): { [name: string]: EnvValue } {
  // Encoded, a value holds neither a comma nor a "$" that the kubelet would take for a variable.
  const given = Object.entries(attributes).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const place = Object.entries({ ...PLACE, [CONTAINER]: containerName }).map(
    ([name, value]) => `${name}=${value}`,
  );
  return {
    [NAMESPACE]: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE),
    OTEL_RESOURCE_ATTRIBUTES: EnvValue.fromValue([...place, ...given].join(',')),
  };
}
