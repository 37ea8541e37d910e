export interface GeneratedMigration {
  readonly tag: string;
  readonly statements: readonly string[];
}

/** What a database has when all of them were applied, apart from a tool's own tables. */
export interface Schema {
  readonly tables: number;
  readonly indexes: number;
  readonly columns: number;
  /** In `features`, the table of the first migration. */
  readonly rows: number;
}

const COLUMNS = 6;

/**
 * Migrations of three statements each, as a service has them: a table, an index on it, and in turn a column for the table of
 * the migration before, or a row. The first ones of a longer list are those of a shorter one.
 */
export function makeMigrations(count: number): readonly GeneratedMigration[] {
  return Array.from({ length: count }, (_, at) => {
    const table = tableOf(at);
    return {
      tag: `${String(at).padStart(4, '0')}_add_${table}`,
      statements: [
        [
          `CREATE TABLE "${table}" (`,
          '  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,',
          '  "customer_id" bigint NOT NULL,',
          '  "name" text NOT NULL,',
          '  "amount" numeric(12, 2) DEFAULT 0 NOT NULL,',
          `  "status" text DEFAULT 'open' NOT NULL CHECK ("status" IN ('open', 'closed')),`,
          '  "created_at" timestamp with time zone DEFAULT now() NOT NULL',
          ');',
        ].join('\n'),
        `CREATE INDEX "${table}_customer_idx" ON "${table}" ("customer_id", "created_at");`,
        isColumn(at)
          ? `ALTER TABLE "${tableOf(at - 1)}" ADD COLUMN "note" text DEFAULT '' NOT NULL;`
          : `INSERT INTO "features" ("customer_id", "name") VALUES (${at}, 'flag of ${table}');`,
      ],
    };
  });
}

export function schemaAfter(migrations: readonly GeneratedMigration[]): Schema {
  const tables = migrations.length;
  const added = migrations.filter((_, at) => isColumn(at)).length;
  // Each primary key has an index too.
  return { tables, indexes: 2 * tables, columns: COLUMNS * tables + added, rows: tables - added };
}

const tableOf = (at: number) => (at === 0 ? 'features' : `orders_${at}`);
const isColumn = (at: number) => at % 2 === 1;
