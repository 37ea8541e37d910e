import { join } from 'node:path';
import { ROOT } from '../support/synth-main';
import { proveFolder } from './rollback-prove-support';

test('every rollback script of the reference migrations is proven with rows, and all of them in one go', async () => {
  const { code, report } = await proveFolder(join(ROOT, 'migrations'), { data: true, range: true });
  expect(report.proofs.flatMap(({ problems }) => problems)).toEqual([]);
  expect(report.proofs.filter(({ state }) => state === 'proven')).toHaveLength(14);
  expect(report.proofs.flatMap(({ rows }) => rows?.notFilled ?? [])).toEqual([]);
  expect(report.range).toMatchObject({ state: 'proven', problems: [] });
  expect(code).toBe(0);
}, 600_000);
