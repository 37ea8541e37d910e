export type Level = 'info' | 'warn' | 'error';
