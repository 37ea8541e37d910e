import {
  defaultResource,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';

/** Which run it is, and where it takes place as far as that is known. */
export interface Place {
  readonly runId: string;
  readonly job: string | undefined;
  readonly pod: string | undefined;
  readonly image: string | undefined;
}

/**
 * What everything that is sent comes from. OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME have the last word. Each run is
 * an instance of its own: a collector makes the label `instance` of it, which keeps apart the series of two runs.
 */
export function resourceOf(version: string, { runId, job, pod, image }: Place): Resource {
  const known = resourceFromAttributes({
    ...{ [ATTR_SERVICE_NAME]: 'drizzle-gate', [ATTR_SERVICE_VERSION]: version },
    [ATTR_SERVICE_INSTANCE_ID]: runId,
    ...(job && { 'k8s.job.name': job }),
    ...(pod && { 'k8s.pod.name': pod }),
    ...(image && imageAttributes(image)),
  });
  return defaultResource()
    .merge(known)
    .merge(resourceFromAttributes(envDetector.detect().attributes ?? {}));
}

/** `registry:5000/team/app:1.4.2@sha256:…` */
function imageAttributes(image: string): Record<string, string | string[]> {
  const [named = '', digest] = image.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon === -1 ? named : named.slice(0, colon);
  return {
    'container.image.name': repository,
    ...(colon !== -1 && { 'container.image.tags': [named.slice(colon + 1)] }),
    ...(digest !== undefined && { 'container.image.repo_digests': [`${repository}@${digest}`] }),
  };
}
