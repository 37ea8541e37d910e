export * from './telemetry';
export * from './telemetry-options';
