export * from './database-credentials';
export * from './ssl-mode';
