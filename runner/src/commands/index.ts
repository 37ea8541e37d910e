export { baselineCommand } from './baseline';
export { migrateCommand } from './migrate';
export { preflightCommand } from './preflight';
export { repairCommand } from './repair';
export { rollbackCommand } from './rollback';
export { rollbackPlanCommand } from './rollback-plan';
export { rollbackPreflightCommand } from './rollback-preflight';
export { statusCommand } from './status';
