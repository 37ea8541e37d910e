import { withScratchServer } from '../../cli/src/scratch/scratch-server';
import { serverUrl } from '../support/database';

test('a copy of a database has its settings', async () => {
  const settings = await withScratchServer(serverUrl(), new AbortController().signal, async (server) => {
    const database = await server.createDatabase();
    const { name } = database;
    await database.sql.unsafe(`
      alter database ${name} set search_path = "$user", "Odd, name", public;
      alter database ${name} set app.tenant = 'a=b';
      alter role current_user in database ${name} set work_mem = '7MB';`);
    const of = (name: string) => database.sql<{ setrole: string; setconfig: string[] }[]>`
      select s.setrole::regrole::text as setrole, s.setconfig from pg_db_role_setting s
        join pg_database d on d.oid = s.setdatabase where d.datname = ${name} order by s.setrole`;
    const copy = await server.createDatabase({ template: database });
    return { original: [...(await of(name))], copy: [...(await of(copy.name))] };
  });
  expect(settings.original).toHaveLength(2);
  expect(settings.copy).toEqual(settings.original);
});
