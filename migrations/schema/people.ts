import { sql } from 'drizzle-orm';
import {
  check,
  index,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, json, updatedAt } from './columns';

export const companyRole = pgEnum('company_role', ['owner', 'coordinator', 'employee']);

export const companies = pgTable(
  'companies',
  {
    id: id(),
    name: text('name').notNull(),
    slug: text('slug').notNull().unique('companies_slug_key'),
    countryCode: varchar('country_code', { length: 2 }).notNull(),
    settings: json('settings'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    check('companies_slug_format', sql`${table.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`),
    check('companies_country_code_format', sql`${table.countryCode} ~ '^[A-Z]{2}$'`),
  ],
);

export const users = pgTable(
  'users',
  {
    id: id(),
    email: text('email').notNull(),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    locale: varchar('locale', { length: 35 }).notNull().default('en'),
    skills: text('skills').array().notNull().default(sql`'{}'::text[]`),
    lastSeenAt: instant('last_seen_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    displayName: text('display_name').notNull(),
  },
  (table) => [
    uniqueIndex('users_email_lower_idx').on(sql`lower(${table.email})`),
    index('users_skills_idx').using('gin', table.skills),
    check('users_email_format', sql`${table.email} ~ '^[^@[:space:]]+@[^@[:space:]]+$'`),
    check('users_display_name_not_blank', sql`btrim(${table.displayName}) <> ''`),
  ],
);

export const companyUsers = pgTable(
  'company_users',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: companyRole('role').notNull().default('employee'),
    department: text('department'),
    joinedAt: instant('joined_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'company_users_pkey', columns: [table.companyId, table.userId] }),
    index('company_users_user_id_idx').on(table.userId),
    uniqueIndex('company_users_one_owner_idx').on(table.companyId).where(sql`${table.role} = 'owner'`),
  ],
);
