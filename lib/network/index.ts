export * from './database-endpoint';
export * from './database-peer';
export * from './db-egress-policy';
export * from './dns-resolver';
export type * from './egress-options';
export * from './egress-preset';
export type * from './extra-egress';
export * from './operator-pods';
export * from './policy-kind';
