import { tsImport } from 'tsx/esm/api';

/** One real PostgreSQL for the whole test run; every test makes a database of its own on it. */
export default async function globalSetup() {
  // Jest loads this file with Node's own loader, which does not read TypeScript.
  const { startEmbeddedServer } = await tsImport('../../cli/src/server/embedded-server.ts', import.meta.url);
  globalThis.testServer = await startEmbeddedServer(['max_connections=200']);
  process.env.TEST_SERVER_URL = globalThis.testServer.url('postgres');
}
