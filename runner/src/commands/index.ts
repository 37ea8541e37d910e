export { migrateCommand } from './migrate';
export { preflightCommand } from './preflight';
export { rollbackCommand } from './rollback';
export { rollbackPreflightCommand } from './rollback-preflight';
export { statusCommand } from './status';
