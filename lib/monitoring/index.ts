export * from './alert-severities';
export * from './dashboard-options';
export * from './migration-monitoring';
export * from './pod-monitor-options';
export * from './watched-migration';
