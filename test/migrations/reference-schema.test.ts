import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDrizzleJson } from 'drizzle-kit/api';
import type postgres from 'postgres';
import * as schema from '../../migrations/schema';
import { withDatabase } from '../support/database';
import { apply, FOLDER, journal } from './reference-folder';
import { MATCH, SAMPLE, writeSamples } from './sample-rows';

const { ACME, ADA, BEN, CAI, MENTORING } = SAMPLE;

interface Snapshot {
  readonly id: string;
  readonly prevId: string;
}

describe('schema.ts', () => {
  test('is what the newest snapshot says, so drizzle-kit generate finds no changes', () => {
    const newest = readSnapshot(journal.migrations.length - 1);
    const now = JSON.parse(JSON.stringify(generateDrizzleJson(schema, newest.prevId)));
    expect({ ...now, id: newest.id }).toEqual(newest);
  });

  test('has an unbroken chain of snapshots', () => {
    const snapshots = journal.migrations.map((migration) => readSnapshot(migration.position));
    expect(snapshots.slice(1).map((snapshot) => snapshot.prevId)).toEqual(
      snapshots.slice(0, -1).map((snapshot) => snapshot.id),
    );
  });
});

describe('the newest schema', () => {
  test('has a trigger for every updated_at', async () => {
    await withNewest(async (sql) => {
      const without = await sql`
        select c.relname from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at'
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'set_updated_at'::regproc)`;
      expect([...without]).toEqual([]);
    });
  });

  test('moves updated_at when a row changed, and only then', async () => {
    await withNewest(async (sql) => {
      await sql`insert into companies (name, slug, country_code, updated_at) values ('Old', 'x', 'FR', '2026-01-01Z')`;
      const setName = async (name: string) => {
        const [row] = await sql`
          update companies set name = ${name} where slug = 'x' returning updated_at > '2026-01-01Z' as moved`;
        return row?.moved;
      };
      expect(await setName('Old')).toBe(false);
      expect(await setName('New')).toBe(true);
    });
  });

  test('lets a mentee have one open or paused match in a programme', async () => {
    await withNewest(async (sql) => {
      await sql`update matches set status = 'paused', paused_at = now() where id = ${MATCH}`;
      await expect(
        sql`insert into matches (programme_id, mentor_id, mentee_id) values (${MENTORING}, ${CAI}, ${BEN})`,
      ).rejects.toMatchObject({ constraint_name: 'matches_open_or_paused_mentee_idx' });
    });
  });

  test('writes an event for each change of the status of a match, and for no other change', async () => {
    await withNewest(async (sql) => {
      await sql`delete from outbox`;
      await sql`update matches set status = 'active' where id = ${MATCH}`;
      await sql`update matches set score = 0.5 where id = ${MATCH}`;
      await sql`update matches set status = 'completed', ended_at = '2026-05-30Z' where id = ${MATCH}`;
      const payload = { programmeId: MENTORING, mentorId: ADA, menteeId: BEN, previousStatus: 'active' };
      expect([...(await sql`select topic, aggregate_id, payload from outbox`)]).toEqual([
        { topic: 'match.completed', aggregate_id: MATCH, payload },
      ]);
    });
  });

  test('adds up the impact of a company', async () => {
    await withNewest(async (sql) => {
      await sql`update matches set status = 'completed', ended_at = '2026-05-31 23:00Z' where id = ${MATCH}`;
      const impact = (from: string, to: string) => sql`select * from company_impact(${ACME}, ${from}, ${to})`;
      expect([...(await impact('2026-05-01', '2026-05-31'))]).toEqual([
        { volunteers: '2', events: '1', hours: '6.50', matches_completed: '1' },
      ]);
      expect([...(await impact('2026-06-01', '2026-06-30'))]).toEqual([
        { volunteers: '0', events: '0', hours: '0', matches_completed: '0' },
      ]);
      expect([
        ...(await sql`select month::text, volunteers, events, hours from company_impact_monthly`),
      ]).toEqual([{ month: '2026-05-01', volunteers: '2', events: '1', hours: '6.50' }]);
      expect([
        ...(await sql`select display_name, events, hours from volunteer_hours order by hours desc`),
      ]).toEqual([
        { display_name: 'Ada O.', events: '1', hours: '4.00' },
        { display_name: 'Ben', events: '1', hours: '2.50' },
      ]);
      expect([
        ...(await sql`select members, active_matches, completed_matches from programme_overview`),
      ]).toEqual([{ members: '3', active_matches: '0', completed_matches: '1' }]);
    });
  });

  test('ends reports that nobody makes any more', async () => {
    await withNewest(async (sql) => {
      const failStale = async () => (await sql`select fail_stale_reports('1 hour') as failed`)[0]?.failed;
      expect(await failStale()).toBe(0);
      await sql`update reports set created_at = now() - interval '2 hours'`;
      expect(await failStale()).toBe(1);
      expect([...(await sql`select status from reports`)]).toEqual([{ status: 'failed' }]);
    });
  });
});

function readSnapshot(position: number): Snapshot {
  const name = `${String(position).padStart(4, '0')}_snapshot.json`;
  return JSON.parse(readFileSync(join(FOLDER, 'meta', name), 'utf8'));
}

/** A database with every migration applied and the sample rows of each stage. */
async function withNewest(use: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  await withDatabase(async ({ sql }) => {
    for (const migration of journal.migrations) {
      await apply(sql, [migration]);
      await writeSamples(sql, migration.position, migration.position);
    }
    await use(sql);
  });
}
