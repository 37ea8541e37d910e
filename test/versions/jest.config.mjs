import base from '../../jest.config.mjs';

/** They need a server, but what they test is elsewhere: sockets, tokens, collectors. */
const ON_ONE_VERSION = ['telemetry/', 'cloud-login', 'connect-stages'];

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
  testPathIgnorePatterns: [
    '/node_modules/',
    ...ON_ONE_VERSION.map((tests) => `<rootDir>/test/runner/${tests}`),
  ],
};
