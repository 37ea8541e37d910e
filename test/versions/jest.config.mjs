import base from '../../jest.config.mjs';

/**
 * What depends on the server: the runner, the reference migrations in both directions, and how rollbacks are made; the
 * long tests too.
 */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['runner/**/*', 'migrations/**/*', 'cli/{catalog,fill-*,rollback-generate*}'].map(
    (tests) => `<rootDir>/test/${tests}.test.ts`,
  ),
  testPathIgnorePatterns: ['/node_modules/'],
};
