import { defineConfig } from 'drizzle-kit';

/** Paths count from the root of the repository, where drizzle-kit is run. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './migrations/schema.ts',
  out: './migrations',
  // No dbCredentials, on purpose: drizzle-kit writes files here, and only the runner touches a database.
});
