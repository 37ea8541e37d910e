-- Rolls back 0007_match_status_paused.
-- Restores: the type match_status without 'paused'.
-- Cannot bring back: privileges granted on the type and on the view programme_overview (both are made anew).
--
-- PostgreSQL cannot drop a value of an enum. So the type is renamed, made again without the value, and put under the
-- column. What has the old type's constants in its definition stands aside meanwhile: default, check constraint,
-- partial index and view. The plain index on the column is rebuilt by ALTER COLUMN itself.
-- The table is rewritten under ACCESS EXCLUSIVE: nobody reads or writes matches until the transaction ends.

-- Taken first: otherwise a match could be paused between the check and the rewrite.
LOCK TABLE public.matches IN ACCESS EXCLUSIVE MODE;

-- Rows with 'paused' stop the rollback. Turning them into 'active' here would be a guess: as long as 0009 is not
-- applied, no index keeps a mentee with a paused match from having another open one in the same programme.
DO $$
DECLARE
  paused bigint;
BEGIN
  SELECT count(*) INTO paused FROM public.matches WHERE status = 'paused';
  IF paused > 0 THEN
    RAISE EXCEPTION 'table matches has % row(s) with the status "paused", which 0007 brought', paused
      USING ERRCODE = 'check_violation',
        HINT = 'Give them another status, for example: '
          'UPDATE matches SET status = ''active'' WHERE status = ''paused''; then roll back again.';
  END IF;
END;
$$;

DROP VIEW public.programme_overview;
DROP INDEX public.matches_open_mentee_idx;
ALTER TABLE public.matches DROP CONSTRAINT matches_completed_has_end;
ALTER TABLE public.matches ALTER COLUMN status DROP DEFAULT;

ALTER TYPE public.match_status RENAME TO match_status_with_paused;
CREATE TYPE public.match_status AS ENUM ('proposed', 'active', 'completed', 'declined');
ALTER TABLE public.matches ALTER COLUMN status TYPE public.match_status USING status::text::public.match_status;
DROP TYPE public.match_status_with_paused;

ALTER TABLE public.matches ALTER COLUMN status SET DEFAULT 'proposed';
ALTER TABLE public.matches ADD CONSTRAINT matches_completed_has_end
  CHECK (status <> 'completed' OR ended_at IS NOT NULL);
CREATE UNIQUE INDEX matches_open_mentee_idx ON public.matches USING btree (programme_id, mentee_id)
  WHERE status IN ('proposed', 'active');
CREATE VIEW public.programme_overview AS (
  select p.id as programme_id, p.company_id, p.title, p.status,
    (select count(distinct pm.user_id) from public.programme_members pm where pm.programme_id = p.id) as members,
    count(m.id) filter (where m.status = 'active') as active_matches,
    count(m.id) filter (where m.status = 'completed') as completed_matches
  from public.programmes p left join public.matches m on m.programme_id = p.id
  group by p.id
);
