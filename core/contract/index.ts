/**
 * What the manifest and the runner must agree on. Both sides are released apart and will drift, so everything
 * that one writes and the other reads is named in this folder, and nowhere else. It imports nothing from outside.
 */

export * from './commands';
export * from './environment';
export * from './exit-codes';
export * from './labels';
export * from './metrics';
export * from './paths';
