import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { expectValid, type KubeObject } from '../support/synth';
import { filesIn } from '../support/synth-main';

describe('examples/network', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  const before = process.env.CDK8S_OUTDIR;
  let manifests: Record<string, KubeObject[]> = {};

  beforeAll(async () => {
    process.env.CDK8S_OUTDIR = outdir;
    await import('../../examples/network/main');
    manifests = Object.fromEntries(
      Object.entries(filesIn(outdir)).map(([name, text]) => [
        name,
        parseAllDocuments(text).map((document) => document.toJS() as KubeObject),
      ]),
    );
  });

  afterAll(() => {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
    rmSync(outdir, { recursive: true, force: true });
  });

  const objects = ['ServiceAccount', 'Role', 'RoleBinding'];
  test.each([
    ['namespace.yaml', ['Namespace']],
    ['managed.yaml', [...objects, 'NetworkPolicy', 'Job']],
    ['by-name.yaml', [...objects, 'CiliumNetworkPolicy', 'Job']],
    ['in-cluster.yaml', [...objects, 'NetworkPolicy', 'Job']],
  ])('%s has its objects, and each passes the checks', (name, kinds) => {
    expect(Object.keys(manifests)).toHaveLength(4);
    expect(manifests[name]?.map(({ kind }) => kind)).toEqual(kinds);
    for (const object of manifests[name] ?? []) expectValid(object);
  });
});
