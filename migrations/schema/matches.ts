import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  numeric,
  pgEnum,
  pgTable,
  pgView,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, json, updatedAt } from './columns';
import { users } from './people';
import { programmeStatus, programmes } from './programmes';

export const matchStatus = pgEnum('match_status', ['proposed', 'active', 'paused', 'completed', 'declined']);

export const matches = pgTable(
  'matches',
  {
    id: id(),
    programmeId: uuid('programme_id')
      .notNull()
      .references(() => programmes.id, { onDelete: 'cascade' }),
    mentorId: uuid('mentor_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    menteeId: uuid('mentee_id')
      .notNull()
      .references(() => users.id, { onDelete: 'restrict' }),
    status: matchStatus('status').notNull().default('proposed'),
    score: numeric('score', { precision: 4, scale: 3 }),
    goals: json('goals'),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    pausedAt: instant('paused_at'),
    pauseReason: text('pause_reason'),
  },
  (table) => [
    check('matches_two_people', sql`${table.mentorId} <> ${table.menteeId}`),
    check('matches_score_range', sql`${table.score} between 0 and 1`),
    check('matches_completed_has_end', sql`${table.status} <> 'completed' or ${table.endedAt} is not null`),
    check('matches_paused_has_start', sql`(${table.status} = 'paused') = (${table.pausedAt} is not null)`),
    // Concurrently: both were added to a table in use.
    uniqueIndex('matches_open_or_paused_mentee_idx')
      .on(table.programmeId, table.menteeId)
      .concurrently()
      .where(sql`${table.status} in ('proposed', 'active', 'paused')`),
    index('matches_paused_at_idx').on(table.pausedAt).concurrently().where(sql`${table.status} = 'paused'`),
    index('matches_programme_id_status_idx').on(table.programmeId, table.status),
    index('matches_mentor_id_idx').on(table.mentorId),
    index('matches_mentee_id_idx').on(table.menteeId),
  ],
);

export const programmeOverview = pgView('programme_overview', {
  programmeId: uuid('programme_id'),
  companyId: uuid('company_id'),
  title: text('title'),
  status: programmeStatus('status'),
  members: bigint('members', { mode: 'number' }),
  activeMatches: bigint('active_matches', { mode: 'number' }),
  completedMatches: bigint('completed_matches', { mode: 'number' }),
}).as(sql`
  select p.id as programme_id, p.company_id, p.title, p.status,
    (select count(distinct pm.user_id) from programme_members pm where pm.programme_id = p.id) as members,
    count(m.id) filter (where m.status = 'active') as active_matches,
    count(m.id) filter (where m.status = 'completed') as completed_matches
  from programmes p left join matches m on m.programme_id = p.id
  group by p.id
`);
