import base from '../../jest.config.mjs';

/** The long tests too: what depends on the server is tried on every version. */
export default {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/'],
};
