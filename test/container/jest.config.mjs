import base from '../../jest.config.mjs';

/** The image and the synthesized pods in real containers. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/container/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/container/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/container/support/global-teardown.mjs',
};
