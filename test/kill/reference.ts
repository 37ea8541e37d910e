import { withDatabase } from '../support/database';
import type { RunnerResult } from '../support/runner';
import type { Profile } from './kill-plan';
import { measure } from './run-killed';
import { differences, readLeftovers, readSnapshot } from './snapshot';

/** What an uninterrupted run leaves, and how it went. */
export interface Reference {
  readonly snapshot: readonly string[];
  readonly profile: Profile;
}

/**
 * Takes the reference of a folder from several runs at once, each on a database of its own.
 *
 * @throws Error when a run fails or leaves something behind, or when two differ: then nothing can be compared with them.
 */
export async function takeReference(folder: string, runs: number): Promise<Reference> {
  const [first, ...others] = await Promise.all(Array.from({ length: runs }, () => runOnce(folder)));
  if (!first) throw new Error('a reference needs a run');
  for (const { snapshot } of others) {
    const unstable = differences(first.snapshot, snapshot);
    if (unstable.length > 0) throw new Error(`two uninterrupted runs differ:\n${unstable.join('\n')}`);
  }
  return first;
}

async function runOnce(folder: string): Promise<Reference> {
  return withDatabase(async ({ url, sql }) => {
    const { result, profile } = await measure({ url, folder });
    if (result.code !== 0) throw new Error(`the uninterrupted run failed: ${describeEnd(result)}`);
    const left = await readLeftovers(sql);
    if (left.length > 0) throw new Error(`the uninterrupted run left behind:\n${left.join('\n')}`);
    return { snapshot: await readSnapshot(sql), profile };
  });
}

export function describeEnd({ code, end }: RunnerResult): string {
  return `exit code ${code}: ${[end.message, end.detail, end.remedy].filter(Boolean).join(' | ')}`;
}
