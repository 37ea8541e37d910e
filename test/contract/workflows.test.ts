import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = process.cwd();

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly jobs: Record<string, { uses?: string; steps?: { uses?: string }[]; 'timeout-minutes'?: number }>;
}

const files = ['workflows', 'examples'].flatMap((folder) =>
  readdirSync(join(ROOT, '.github', folder)).map((name) => join('.github', folder, name)),
);

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const { permissions, jobs } = parse(text) as Workflow;

  test('names every action by its commit, because a tag can move', () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map((match) => match[1] ?? '');
    const pinned = /^(\.\/[-./\w]+|[-./\w]+@[0-9a-f]{40} # v[0-9.]+)$/;
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !pinned.test(action))).toEqual([]);
  });

  test('has no permission that it does not name, and no job without an end', () => {
    expect(permissions).toBeDefined();
    const endless = Object.entries(jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless).toEqual([]);
  });
});

test('a release runs all of CI first, and names the base by the one line that the Dockerfile has for it', () => {
  const { jobs } = parse(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as Workflow;
  expect(jobs.check?.uses).toBe('./.github/workflows/ci.yml');
  const { on } = parse(readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8')) as Workflow;
  expect(on).toHaveProperty('workflow_call');
  const dockerfile = readFileSync(join(ROOT, 'runner', 'Dockerfile'), 'utf8');
  expect(dockerfile.match(/^ARG BASE=\S+$/gm)).toHaveLength(1);
});
