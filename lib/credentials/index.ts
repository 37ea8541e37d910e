export * from './database-credentials';
export * from './database-tls';
export * from './proxy-sidecar';
export * from './secret-keys';
export * from './ssl-mode';
export * from './trusted-roots';
export * from './workload-identity';
