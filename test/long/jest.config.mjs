import base from '../../jest.config.mjs';

/** Tests that take long because they start many processes one after the other. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/**/*.long.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
