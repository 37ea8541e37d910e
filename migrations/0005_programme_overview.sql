CREATE VIEW "public"."programme_overview" AS (
  select p.id as programme_id, p.company_id, p.title, p.status,
    (select count(distinct pm.user_id) from programme_members pm where pm.programme_id = p.id) as members,
    count(m.id) filter (where m.status = 'active') as active_matches,
    count(m.id) filter (where m.status = 'completed') as completed_matches
  from programmes p left join matches m on m.programme_id = p.id
  group by p.id
);
