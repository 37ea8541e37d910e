import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  out: process.env.MIGRATIONS_FOLDER ?? '',
  dbCredentials: { url: process.env.DATABASE_URL ?? '' },
});
