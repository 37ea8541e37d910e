export * from './telemetry';
export type * from './telemetry-options';
