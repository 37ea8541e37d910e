export * from './deployer-rbac';
export * from './deployer-subject';
