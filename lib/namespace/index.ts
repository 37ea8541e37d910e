export * from './migration-namespace';
