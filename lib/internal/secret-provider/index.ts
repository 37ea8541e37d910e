export * from './aws';
export * from './azure';
export * from './google';
export * from './other';
export * from './provider-parts';
export * from './vault';
