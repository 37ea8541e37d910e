import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { registerCanary } from '../../support/canary';
import { withDatabase } from '../../support/database';

export interface Login {
  readonly url: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  /** Known to nobody else, so that wherever it is found, it came from here. */
  readonly password: string;
  readonly sql: postgres.Sql;
}

/** Gives a database whose owner has a password of its own, with characters that need care in a URL and in JSON. */
export async function withOwnLogin<T>(use: (login: Login) => Promise<T>): Promise<T> {
  return withDatabase(async ({ url: admin, name, sql }) => {
    const password = `c0nt@iner:"${randomBytes(8).toString('hex')}`;
    const user = `owner_${name}`;
    registerCanary(password);
    await sql.unsafe(`create role ${user} login password '${password}'`);
    await sql.unsafe(`alter database ${name} owner to ${user}`);
    try {
      const url = new URL(admin);
      url.username = user;
      url.password = encodeURIComponent(password);
      const { hostname: host, port } = url;
      return await use({ url: url.href, host, port, database: name, user, password, sql });
    } finally {
      await sql.unsafe(`reassign owned by ${user} to current_user; drop owned by ${user}; drop role ${user}`);
    }
  });
}
