export * from './compare-history';
export * from './hash';
export * from './match-target';
export * from './read-journal';
export * from './rollback-scripts';
export * from './types';
