export type * from './alert-severities';
export type * from './dashboard-options';
export * from './migration-monitoring';
export type * from './pod-monitor-options';
export * from './watched-migration';
