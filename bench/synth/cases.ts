import { join, resolve } from 'node:path';
import type { Case } from './measure';
import type { Workspace } from './workspace';

/** What counts as an empty cdk8s app. */
export const EMPTY = 'empty: App and Chart';
export const CONFIG_MAP = 'empty: a ConfigMap of cdk8s-plus-28';
export const REFERENCE = 'reference app';

export type Way = 'compiled' | 'tsx' | 'cdk8s synth';
export const WAYS: readonly Way[] = ['compiled', 'tsx', 'cdk8s synth'];

/**
 * The three apps, run in one way: all of them as compiled JavaScript, from TypeScript, or by the cdk8s command from
 * TypeScript, as cdk8s.yaml says it.
 */
export function appCases({ programs, outdir }: Workspace, way: Way): Case[] {
  const cwd = process.cwd();
  const compiled = { [EMPTY]: 'empty.js', [CONFIG_MAP]: 'config-map.js', [REFERENCE]: 'main.js' };
  const sources = {
    [EMPTY]: join(programs, 'empty.ts'),
    [CONFIG_MAP]: join(programs, 'config-map.ts'),
    [REFERENCE]: 'main.ts',
  };
  if (way === 'compiled') {
    return Object.entries(compiled).map(([name, file]) => ({
      ...{ name, cwd, command: [process.execPath, join(programs, file)] },
    }));
  }
  const cdk8s = resolve('node_modules/cdk8s-cli/bin/cdk8s');
  return Object.entries(sources).map(([name, file], index) => {
    const options = ['--check-upgrade', 'false', '--output', `${outdir}-${index}`];
    const command =
      way === 'tsx'
        ? [process.execPath, '--import', 'tsx', file]
        : [process.execPath, cdk8s, 'synth', ...options, '--app', `node --import tsx ${file}`];
    return { name, cwd, command };
  });
}

/** How an app holds the services. */
export interface Shape {
  readonly title: string;
  readonly name: 'apps' | 'one' | 'charts' | 'plain';
  readonly isShared?: boolean;
}

/** Those that are judged to be linear. */
export const LINEAR: readonly Shape[] = [
  { title: 'an App for each service', name: 'apps' },
  { title: 'an App for each, one folder shared', name: 'apps', isShared: true },
  { title: 'all in one Chart', name: 'one' },
];

/** cdk8s itself prepares the whole App anew for each of its charts. */
export const QUADRATIC: readonly Shape[] = [
  { title: 'a Chart for each in one App', name: 'charts' },
  { title: 'the same without drizzle-gate', name: 'plain' },
];

export function servicesCase({ programs, folders }: Workspace, shape: Shape, count: number): Case {
  const program = shape.name === 'plain' ? ['plain.js', String(count)] : ['services.js', String(count)];
  const [file = '', ...args] = program;
  const rest = shape.name === 'plain' ? [] : [shape.name, folders, ...(shape.isShared ? ['shared'] : [])];
  const command = [process.execPath, join(programs, file), ...args, ...rest];
  return { name: `${shape.title} ${count}`, cwd: process.cwd(), command };
}
