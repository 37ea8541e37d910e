import { readFileSync } from 'node:fs';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('the package of the benchmarks has exact versions, those of the root where both have one', () => {
  const { dependencies } = read('bench/package.json') as { dependencies: Record<string, string> };
  const { devDependencies } = read('package.json') as { devDependencies: Record<string, string> };
  const same = Object.keys(dependencies).filter((name) => name in devDependencies);
  expect(same).toEqual(['drizzle-kit', 'drizzle-orm', 'postgres']);
  expect(same.map((name) => dependencies[name])).toEqual(same.map((name) => devDependencies[name]));
  expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('its lock file is that of its package, and has the program of dbmate for every platform', () => {
  const { packages } = read('bench/package-lock.json');
  const { dependencies } = read('bench/package.json');
  expect(packages[''].dependencies).toEqual(dependencies);
  const programs = Object.keys(packages['node_modules/dbmate'].optionalDependencies);
  expect(programs.filter((name) => !packages[`node_modules/${name}`])).toEqual([]);
});

test('the root installs nothing of it', () => {
  expect(read('package.json').workspaces).not.toContain('bench');
  expect(Object.keys(read('package-lock.json').packages).filter((path) => path.startsWith('bench'))).toEqual(
    [],
  );
});
