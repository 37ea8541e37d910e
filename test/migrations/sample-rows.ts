import type postgres from 'postgres';

/** Readable ids: the number says which row it is. */
export const rowId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const [ACME, ADA, BEN, CAI] = [rowId(1), rowId(11), rowId(12), rowId(13)];
const [MENTORING, EVENT] = [rowId(21), rowId(31)];
export const MATCH = rowId(41);

/** Rows that an application would have written by then: after the migration with that number. */
const SAMPLES: Record<number, string> = {
  0: `
    insert into companies (id, name, slug, country_code, settings)
    values ('${ACME}', 'Acme Corporation', 'acme', 'DE', '{"timezone": "Europe/Berlin"}');
    insert into users (id, email, first_name, last_name, locale, skills, updated_at) values
      ('${ADA}', 'ada.obi@acme.example', 'Ada', 'Obi', 'en', '{data,"public speaking"}', '2026-02-04 08:00Z'),
      ('${BEN}', 'ben@acme.example', ' Ben', '', 'de', '{}', '2026-02-05 08:00Z'),
      ('${CAI}', 'cai.w@acme.example', ' ', '', 'cy', '{}', '2026-02-06 08:00Z');
    insert into company_users (company_id, user_id, role, department) values
      ('${ACME}', '${ADA}', 'owner', 'People'), ('${ACME}', '${BEN}', 'employee', null),
      ('${ACME}', '${CAI}', 'employee', 'Finance');`,
  1: `
    insert into programmes (id, company_id, kind, title, status, starts_on, ends_on)
    values ('${MENTORING}', '${ACME}', 'mentoring', 'First steps', 'running', '2026-03-01', '2026-12-31');
    insert into programme_members (programme_id, user_id, role) values
      ('${MENTORING}', '${ADA}', 'mentor'), ('${MENTORING}', '${BEN}', 'mentee'), ('${MENTORING}', '${CAI}', 'mentee');`,
  2: `
    insert into matches (id, programme_id, mentor_id, mentee_id, status, score, goals, started_at)
    values ('${MATCH}', '${MENTORING}', '${ADA}', '${BEN}', 'active', 0.875, '{"topic": "leading"}', '2026-03-10 10:00Z');`,
  4: `
    insert into events (id, company_id, programme_id, organiser_id, title, status, capacity, starts_at, ends_at)
    values ('${EVENT}', '${ACME}', '${MENTORING}', '${ADA}', 'River clean-up', 'published', 20,
      '2026-05-09 08:00Z', '2026-05-09 12:00Z');
    insert into event_registrations (event_id, user_id, status, hours) values
      ('${EVENT}', '${ADA}', 'attended', 4), ('${EVENT}', '${BEN}', 'attended', 2.5), ('${EVENT}', '${CAI}', 'waitlisted', null);`,
  6: `update users set display_name = 'Ada O.' where id = '${ADA}';`,
  11: `insert into outbox (topic, aggregate_id) values ('company.created', '${ACME}');`,
  13: `
    insert into reports (company_id, requested_by, kind, period_start, period_end)
    values ('${ACME}', '${ADA}', 'impact', '2026-05-01', '2026-05-31');
    insert into report_recipients (report_id, user_id) select id, '${ADA}' from reports;`,
};

/** Writes the sample rows of the migrations with the numbers `from` to `to`, both included. */
export async function writeSamples(sql: postgres.Sql, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) {
    const sample = SAMPLES[number];
    if (sample) await sql.unsafe(sample);
  }
}

/** Pauses a match as a release does that knows the status: before 0008 there is no column for the time. */
export async function pauseMatch(sql: postgres.Sql, columns: '' | ', paused_at = now()'): Promise<void> {
  await sql.unsafe(`update matches set status = 'paused'${columns} where id = '${MATCH}'`);
}

export const SAMPLE = { ACME, ADA, BEN, CAI, MENTORING } as const;
