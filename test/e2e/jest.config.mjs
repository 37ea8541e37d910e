import base from '../../jest.config.mjs';

/** The command against a real cluster, which main.mts prepares. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: undefined,
  globalTeardown: undefined,
  // Kubernetes waits 10 s before a Job's second pod and 20 s before its third.
  testTimeout: 300_000,
};
