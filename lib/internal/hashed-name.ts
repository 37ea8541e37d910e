import { createHash } from 'node:crypto';
import type { ApiObject } from 'cdk8s';

const HASH_LENGTH = 8;

/**
 * What stays for the name before "-" and the hash: Kubernetes writes a Job's name into a label of its pods.
 */
export const MAX_BASE_NAME_LENGTH = 63 - 1 - HASH_LENGTH;

/**
 * Gives a Job the name `<baseName>-<hash>`, where the hash covers what Kubernetes does not allow to change in
 * a Job of the same name (pod template and failure policy) and the digest of the migrations. It is computed
 * whenever the name is read, so that later changes, also through the escape hatch, count.
 */
export function useHashedName(job: ApiObject, baseName: string, digest: string | undefined): void {
  const toJson = job.toJson.bind(job);
  /** The name while the Job is written; the writing that the hash is made of has none yet. */
  let known: string | undefined;
  const writtenAs = (name: string) => {
    known = name;
    try {
      return job.toJson();
    } finally {
      known = undefined;
    }
  };
  const name = (): string => {
    if (known !== undefined) return known;
    const { template, podFailurePolicy } = writtenAs(baseName).spec;
    const hash = createHash('sha256').update(JSON.stringify([template, podFailurePolicy, digest ?? null]));
    return `${baseName}-${hash.digest('hex').slice(0, HASH_LENGTH)}`;
  };
  // However often its name stands in it, a Job is written twice: once for the hash, and once with it.
  job.toJson = () => (known === undefined ? writtenAs(name()) : toJson());
  // Both hold a copy of the name from the constructor, and both are read at synth.
  Object.defineProperty(job, 'name', { get: name, enumerable: true });
  Object.defineProperty(job.metadata, 'name', { get: name, enumerable: true });
}
