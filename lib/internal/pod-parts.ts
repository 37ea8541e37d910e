import { ConfigMap, EnvValue, Secret, Volume, type VolumeMount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ProxySidecar } from '../credentials';
import type { ExtraEgress } from '../network';
import { literal } from './literal';
import { type Problems, shown } from './problems';

/** Where a variable's value comes from: it stands in the manifest, or the kubelet reads it from a Secret. */
export type EnvSource =
  | { readonly value: string }
  | {
      readonly secretName: string;
      readonly key: string;
      /** Whether the pod starts without it. @default false */
      readonly isOptional?: boolean;
    };

/** Whose content a volume shows: chosen keys of an object as files of the given names, or a driver's. */
export type FileSource =
  | { readonly secretName: string; readonly items: { readonly [key: string]: string } }
  | { readonly configMapName: string; readonly items: { readonly [key: string]: string } }
  | { readonly csiDriver: string; readonly attributes: { readonly [name: string]: string } };

/** A read-only volume of both containers. */
export interface FileMount {
  /** Name of the volume in the pod. */
  readonly name: string;
  readonly path: string;
  readonly source: FileSource;
}

/**
 * What a login, TLS or a proxy adds to the pod of a Job. Plain data, so that parts can be put together, compared, and
 * asked what they read, before any object is made.
 */
export interface PodParts {
  readonly env?: { readonly [name: string]: EnvSource };
  readonly mounts?: readonly FileMount[];
  /** Volumes as Kubernetes writes them, which no container of ours mounts: an injector does. */
  readonly unmountedVolumes?: readonly { readonly name: string; readonly [kind: string]: unknown }[];
  readonly podLabels?: { readonly [key: string]: string };
  readonly podAnnotations?: { readonly [key: string]: string };
  /** Started before the runner, in this order. */
  readonly sidecars?: readonly ProxySidecar[];
  /** Whom the pod must reach besides the database and DNS. */
  readonly egress?: readonly ExtraEgress[];
  /** Names that the pod must look up besides the database's. */
  readonly lookups?: readonly string[];
}

/** Puts parts together; what two of them would set differently goes to `problems`. */
export function combineParts(problems: Problems, parts: readonly PodParts[]): Required<PodParts> {
  const merge = <T>(subject: string, maps: readonly ({ readonly [name: string]: T } | undefined)[]) => {
    const merged: { [name: string]: T } = {};
    for (const [name, value] of maps.flatMap((map) => Object.entries(map ?? {}))) {
      if (name in merged && shown(merged[name]) !== shown(value)) {
        problems.add(subject, `${shown(name)} would be set twice, with different values; give it once`);
      }
      merged[name] = value;
    }
    return merged;
  };
  const list = <T>(pick: (part: PodParts) => readonly T[] | undefined) =>
    parts.flatMap((part) => pick(part) ?? []);
  return {
    env: inOrder(
      merge(
        'credentials',
        parts.map(({ env }) => env),
      ),
    ),
    mounts: list(({ mounts }) => mounts),
    unmountedVolumes: list(({ unmountedVolumes }) => unmountedVolumes),
    podLabels: merge(
      'podLabels',
      parts.map(({ podLabels }) => podLabels),
    ),
    podAnnotations: merge(
      'podAnnotations',
      parts.map(({ podAnnotations }) => podAnnotations),
    ),
    sidecars: list(({ sidecars }) => sidecars),
    egress: list(({ egress }) => egress),
    lookups: list(({ lookups }) => lookups),
  };
}

/** The order of libpq's documentation, whatever the order of the parts: a diff of two manifests stays small. */
const ORDER = [
  ...['DATABASE_LOGIN', 'DATABASE_URL', 'PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD'],
  ...['PGSSLMODE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY'],
];

function inOrder<T>(env: { readonly [name: string]: T }): { [name: string]: T } {
  const rank = (name: string) => {
    const index = ORDER.indexOf(name.replace(/_FILE$/, ''));
    return index === -1 ? ORDER.length : index;
  };
  return Object.fromEntries(Object.entries(env).sort(([a], [b]) => rank(a) - rank(b)));
}

/** Names of the Secrets and ConfigMaps that the kubelet reads for these parts. */
export function objectsRead({ env = {}, mounts = [] }: PodParts): {
  secretNames: string[];
  configMapNames: string[];
} {
  const sources = [...Object.values(env), ...mounts.map(({ source }) => source)];
  return {
    secretNames: [...new Set(sources.flatMap((s) => ('secretName' in s ? [s.secretName] : [])))],
    configMapNames: [...new Set(sources.flatMap((s) => ('configMapName' in s ? [s.configMapName] : [])))],
  };
}

/** The variables as cdk8s-plus writes them. */
export function envValues(scope: Construct, env: { readonly [name: string]: EnvSource }) {
  const values: { [name: string]: EnvValue } = {};
  for (const [name, source] of Object.entries(env)) {
    values[name] =
      'value' in source
        ? literal(source.value)
        : EnvValue.fromSecretValue(
            { secret: secretOf(scope, source.secretName), key: source.key },
            source.isOptional ? { optional: true } : {},
          );
  }
  return values;
}

/** The volumes as cdk8s-plus mounts them. */
export function volumeMounts(scope: Construct, mounts: readonly FileMount[]): VolumeMount[] {
  return mounts.map(({ name, path, source }) => ({
    path,
    volume: volumeOf(scope, name, source),
    readOnly: true,
  }));
}

function volumeOf(scope: Construct, name: string, source: FileSource): Volume {
  const id = `Volume-${name}`;
  if ('csiDriver' in source) {
    const { csiDriver, attributes } = source;
    return Volume.fromCsi(scope, id, csiDriver, { name, readOnly: true, attributes: { ...attributes } });
  }
  const items = Object.fromEntries(Object.entries(source.items).map(([key, path]) => [key, { path }]));
  if ('secretName' in source) {
    return Volume.fromSecret(scope, id, secretOf(scope, source.secretName), { name, items });
  }
  const configMap = ConfigMap.fromConfigMapName(scope, `ConfigMap-${name}`, source.configMapName);
  return Volume.fromConfigMap(scope, id, configMap, { name, items });
}

function secretOf(scope: Construct, name: string) {
  const id = `Secret-${name}`;
  return (
    (scope.node.tryFindChild(id) as ReturnType<typeof Secret.fromSecretName> | undefined) ??
    Secret.fromSecretName(scope, id, name)
  );
}
