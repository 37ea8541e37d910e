import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  pgView,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, json, updatedAt } from './columns';
import { companies, users } from './people';

export const reportKind = pgEnum('report_kind', ['impact', 'engagement']);
export const reportStatus = pgEnum('report_status', ['queued', 'ready', 'failed']);

export const reports = pgTable(
  'reports',
  {
    id: id(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id, { onDelete: 'cascade' }),
    requestedBy: uuid('requested_by').references(() => users.id, { onDelete: 'set null' }),
    kind: reportKind('kind').notNull(),
    status: reportStatus('status').notNull().default('queued'),
    periodStart: date('period_start').notNull(),
    periodEnd: date('period_end').notNull(),
    parameters: json('parameters'),
    result: jsonb('result').$type<Record<string, unknown>>(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    unique('reports_company_id_kind_period_key').on(
      table.companyId,
      table.kind,
      table.periodStart,
      table.periodEnd,
    ),
    check('reports_period', sql`${table.periodEnd} >= ${table.periodStart}`),
    check('reports_ready_has_result', sql`${table.status} <> 'ready' or ${table.result} is not null`),
    index('reports_requested_by_idx').on(table.requestedBy),
    index('reports_queued_idx').on(table.createdAt).where(sql`${table.status} = 'queued'`),
  ],
);

export const reportRecipients = pgTable(
  'report_recipients',
  {
    reportId: uuid('report_id')
      .notNull()
      .references(() => reports.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    sentAt: instant('sent_at'),
  },
  (table) => [
    primaryKey({ name: 'report_recipients_pkey', columns: [table.reportId, table.userId] }),
    index('report_recipients_user_id_idx').on(table.userId),
  ],
);

export const volunteerHours = pgView('volunteer_hours', {
  companyId: uuid('company_id'),
  userId: uuid('user_id'),
  displayName: text('display_name'),
  events: bigint('events', { mode: 'number' }),
  hours: numeric('hours'),
}).as(sql`
  select e.company_id, u.id as user_id, u.display_name, count(*) as events, sum(r.hours) as hours
  from event_registrations r
  join events e on e.id = r.event_id
  join users u on u.id = r.user_id
  where r.status = 'attended'
  group by e.company_id, u.id
`);

export const companyImpactMonthly = pgView('company_impact_monthly', {
  companyId: uuid('company_id'),
  month: date('month'),
  volunteers: bigint('volunteers', { mode: 'number' }),
  events: bigint('events', { mode: 'number' }),
  hours: numeric('hours'),
}).as(sql`
  select e.company_id, date_trunc('month', e.starts_at at time zone 'UTC')::date as month,
    count(distinct r.user_id) as volunteers, count(distinct e.id) as events, sum(r.hours) as hours
  from events e join event_registrations r on r.event_id = e.id
  where r.status = 'attended'
  group by e.company_id, date_trunc('month', e.starts_at at time zone 'UTC')::date
`);
