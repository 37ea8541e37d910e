import { CONFINEMENT_PROBE, type Confinement } from './support/confinement-probe';
import { runPod } from './support/run-pod';
import { MIGRATION, podOf, probePod, ROLLBACK, urlSecret } from './support/synthesized-pod';

const MEBIBYTE = 1024 ** 2;
const NO_CAPABILITY = '0000000000000000';
/** Not on the root file system: kernel interfaces, and shared memory that every container of Kubernetes has as well. */
const KERNEL = /^\/(proc|sys|dev)(\/|$)/;

async function probe(manifest: string, container: string): Promise<Confinement> {
  const pod = probePod(podOf(manifest, { secrets: urlSecret('unused') }), container, CONFINEMENT_PROBE);
  const [ended] = await runPod(pod, { network: 'none' });
  expect(ended).toMatchObject({ code: 0 });
  return JSON.parse(ended?.logs ?? '');
}

describe.each([
  [MIGRATION, 'pre-flight-check'],
  [MIGRATION, 'migrate'],
  [ROLLBACK, 'pre-rollback-check'],
  [ROLLBACK, 'rollback'],
])('%s: the container %s', (manifest, container) => {
  let found: Confinement;
  beforeAll(async () => {
    found = await probe(manifest, container);
  });

  test('is user and group 1000, and has no capability, no way to more, and a filter for system calls', () => {
    expect(found.status).toMatchObject({
      Uid: '1000\t1000\t1000\t1000',
      Gid: '1000\t1000\t1000\t1000',
      Groups: '1000',
      ...{ CapInh: NO_CAPABILITY, CapPrm: NO_CAPABILITY, CapEff: NO_CAPABILITY },
      ...{ CapBnd: NO_CAPABILITY, CapAmb: NO_CAPABILITY },
      ...{ NoNewPrivs: '1', Seccomp: '2' },
    });
  });

  test('can write nowhere but into the emptyDir and its termination message', () => {
    const { '/tmp': tmp, '/dev/termination-log': message, ...others } = found.writes;
    expect({ tmp, message }).toEqual({ tmp: 'written', message: 'written' });
    const root = Object.entries(others).filter(([folder]) => !KERNEL.test(folder));
    expect(root.length).toBeGreaterThan(6);
    expect(root.filter(([, outcome]) => outcome !== 'EROFS' && outcome !== 'ENOENT')).toEqual([]);
    expect(others).toMatchObject({ '/': 'EROFS', '/app': 'EROFS', '/app/migrations': 'EROFS' });
    const kernel = Object.entries(others).filter(([folder]) => KERNEL.test(folder) && folder !== '/dev/shm');
    expect(kernel.filter(([, outcome]) => outcome === 'written')).toEqual([]);
    expect(found.writable.filter((path) => !KERNEL.test(path))).toEqual(['/tmp']);
  });

  test('finds no shell and no package manager', () => {
    expect(found.shells).toEqual([]);
  });

  test('has the limits of the manifest: memory, and the bounded emptyDir', () => {
    expect(found.memoryLimit).toBe(256 * MEBIBYTE);
    expect(found.tmp.error).toBe('ENOSPC');
    expect(found.tmp.bytes).toBeLessThanOrEqual(64 * MEBIBYTE);
    expect(found.tmp.bytes).toBeGreaterThan(63 * MEBIBYTE);
  });
});
