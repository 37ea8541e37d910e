export * from './database-endpoint';
export * from './database-peer';
export * from './db-egress-policy';
