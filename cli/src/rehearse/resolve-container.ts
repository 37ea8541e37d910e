import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Path } from '../../../core/contract';
import { GateError } from '../../../runner/src/errors/gate-error';
import type { RehearsalDatabase } from './database';
import { expandReferences } from './expand-references';
import type { Container, EnvVar, KubernetesObject, Manifest } from './manifest';
import { isOfConnection, ownConnection } from './own-connection';

/** What stands in for the cluster when a container runs as a local process. */
export interface Surroundings {
  readonly database: RehearsalDatabase;
  /** Folder that stands in for the migrations in the image. */
  readonly migrations: string;
  /** An empty folder for what the pod mounts. */
  readonly scratch: string;
  /** Variables that the rehearsal sets instead of the manifest; undefined removes one. */
  readonly overrides: Readonly<Record<string, string | undefined>>;
  /** Aborts when the rehearsal is interrupted. */
  readonly signal: AbortSignal;
}

export interface LocalProcess {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** Turns a container of the manifest into the arguments and the environment of a local process. */
export function resolveContainer(
  manifest: Manifest,
  container: Container,
  surroundings: Surroundings,
): LocalProcess {
  if (container.command) {
    throw new GateError(
      'CONFIG',
      `the container ${container.name} brings its own command, which only its image has`,
      {
        remedy: 'rehearse with the runner of drizzle-gate, without a command override',
      },
    );
  }
  const mounts = mountConfigMaps(manifest, container, surroundings.scratch);
  // Whatever the manifest says of the connection, a rehearsal reaches its own database and no other.
  const env = ownConnection(container, surroundings.database.environment);
  for (const variable of container.env ?? []) {
    if (isOfConnection(variable.name)) continue;
    const value = resolveVariable(variable, manifest.objects, env);
    if (value !== undefined) env[variable.name] = toLocalPath(value, mounts, surroundings);
  }
  for (const [name, value] of Object.entries(surroundings.overrides)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return { args: container.args ?? [], env };
}

function resolveVariable(
  { name, value, valueFrom }: EnvVar,
  objects: readonly KubernetesObject[],
  earlier: Readonly<Record<string, string>>,
): string | undefined {
  if (typeof value === 'string') return expandReferences(value, earlier);
  if (value !== undefined) {
    throw new GateError('CONFIG', `${name}: the value ${JSON.stringify(value)} is no text`, {
      remedy: 'put it into quotes; the API server would refuse the Job',
    });
  }
  const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
  if (configMapKeyRef) {
    const map = objects.find(
      (object) => object.kind === 'ConfigMap' && object.metadata.name === configMapKeyRef.name,
    );
    const found = map?.data?.[configMapKeyRef.key];
    if (found !== undefined || configMapKeyRef.optional) return found;
    throw new GateError(
      'CONFIG',
      `${name}: ConfigMap ${configMapKeyRef.name} has no key ${JSON.stringify(configMapKeyRef.key)}`,
      { remedy: 'synthesize it again' },
    );
  }
  if (secretKeyRef && !secretKeyRef.optional) {
    throw new GateError(
      'CONFIG',
      `${name} comes from Secret ${secretKeyRef.name}, whose value is not known here`,
      {
        remedy: 'rehearse without it, or give it a plain value',
      },
    );
  }
  return undefined;
}

/** What is mounted here serves the real connection. */
const OF_CONNECTION: readonly string[] = [
  Path.MOUNTED_ROOTS,
  Path.MOUNTED_CLIENT_CERTIFICATE,
  Path.MOUNTED_CREDENTIALS,
];

/** Writes the ConfigMaps that the container mounts as files; gives each mount path its local folder. */
function mountConfigMaps(manifest: Manifest, container: Container, scratch: string): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    if (OF_CONNECTION.includes(mountPath)) continue;
    const volume = manifest.job.spec.template.spec.volumes?.find((candidate) => candidate.name === name);
    if (!volume) {
      throw new GateError(
        'CONFIG',
        `${manifest.path}: ${container.name} mounts ${name}, but the pod has no such volume`,
        { remedy: 'synthesize it again' },
      );
    }
    const { configMap } = volume;
    if (!configMap) continue;
    const object = manifest.objects.find(
      (candidate) => candidate.kind === 'ConfigMap' && candidate.metadata.name === configMap.name,
    );
    if (!object) {
      throw new GateError(
        'CONFIG',
        `${manifest.path} mounts ConfigMap ${configMap.name}, but does not contain it`,
        { remedy: 'synthesize it again' },
      );
    }
    const folder = join(scratch, manifest.job.metadata.name, name);
    const items = configMap.items ?? Object.keys(object.data ?? {}).map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      const content = object.data?.[key];
      if (content === undefined) {
        throw new GateError(
          'CONFIG',
          `${manifest.path} mounts ${JSON.stringify(key)} of ConfigMap ${configMap.name}, which has no such key`,
          { remedy: 'synthesize it again' },
        );
      }
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    mounts.set(mountPath, folder);
  }
  return mounts;
}

function toLocalPath(value: string, mounts: Map<string, string>, { migrations }: Surroundings): string {
  if (value === Path.IMAGE_MIGRATIONS) return migrations;
  return mounts.get(value) ?? value;
}
