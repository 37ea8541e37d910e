import base from '../../jest.config.mjs';

/** Faults that only root can cause: a network that drops packets, a full disk, a server that restarts, a real pooler. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/faults/support/global-setup.mjs',
  testTimeout: 180_000,
};
