import { sql } from 'drizzle-orm';
import { check, date, index, pgEnum, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, json, updatedAt } from './columns';
import { companies, users } from './people';

export const programmeKind = pgEnum('programme_kind', ['mentoring', 'volunteering', 'onboarding']);
export const programmeStatus = pgEnum('programme_status', ['draft', 'open', 'running', 'closed']);
export const memberRole = pgEnum('member_role', ['mentor', 'mentee', 'volunteer']);

export const programmes = pgTable(
  'programmes',
  {
    id: id(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id, { onDelete: 'restrict' }),
    kind: programmeKind('kind').notNull(),
    title: text('title').notNull(),
    status: programmeStatus('status').notNull().default('draft'),
    startsOn: date('starts_on').notNull(),
    endsOn: date('ends_on'),
    settings: json('settings'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    unique('programmes_company_id_title_key').on(table.companyId, table.title),
    check('programmes_period', sql`${table.endsOn} >= ${table.startsOn}`),
  ],
);

export const programmeMembers = pgTable(
  'programme_members',
  {
    programmeId: uuid('programme_id')
      .notNull()
      .references(() => programmes.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: memberRole('role').notNull(),
    joinedAt: instant('joined_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'programme_members_pkey', columns: [table.programmeId, table.userId, table.role] }),
    index('programme_members_user_id_idx').on(table.userId),
  ],
);
