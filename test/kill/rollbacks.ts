import type { FolderMigration } from '../support/write-migrations';

/** What stays; every rollback of the kill test goes back to it. */
export const TARGET = '0000_base';

const STEPS = 6;

const BASE: FolderMigration = {
  tag: TARGET,
  sql: `
    CREATE TABLE item (id bigint PRIMARY KEY, total bigint NOT NULL, payload text NOT NULL);
    CREATE TABLE entry (key bigint NOT NULL, amount bigint NOT NULL, source text NOT NULL);
    INSERT INTO item SELECT k, k % 97, md5(k::text) FROM generate_series(1, 3000) k;`,
};

/** As with the migrations, nothing that a script changes can be left out or done twice without a sum that differs. */
const transactional = (n: number): FolderMigration => ({
  tag: `000${n}_table_${n}`,
  sql: `
    CREATE TABLE lost_${n} (a int NOT NULL);
    INSERT INTO lost_${n} SELECT generate_series(1, 500);
    ALTER TABLE item ADD COLUMN column_${n} int NOT NULL DEFAULT ${n};`,
  rollback: `
    INSERT INTO entry SELECT id, total, 'undo ${n}' FROM item WHERE id <= 300;
    UPDATE item SET total = total * 2 + ${n};
    DROP TABLE lost_${n};
    ALTER TABLE item DROP COLUMN column_${n};`,
});

const stepwise = (n: number): FolderMigration => ({
  tag: `000${n}_index_${n}`,
  sql: `
    CREATE INDEX item_total_${n} ON item (total);
    CREATE TABLE stepped_${n} (a int NOT NULL);
    INSERT INTO stepped_${n} SELECT generate_series(1, 500);`,
  rollback: `
    UPDATE item SET total = total + 7;
    DROP INDEX CONCURRENTLY item_total_${n};
    INSERT INTO entry SELECT id, total, 'step ${n}' FROM item WHERE id <= 200;
    CREATE INDEX CONCURRENTLY entry_key_${n} ON entry (key);
    DROP TABLE stepped_${n};
    UPDATE item SET total = total * 3 - ${n};`,
});

/** All scripts of the range in one transaction. */
export const TOGETHER: readonly FolderMigration[] = [BASE, ...numbers().map(transactional)];

/** Scripts that commit more than once among others. */
export const STEPWISE: readonly FolderMigration[] = [
  BASE,
  ...numbers().map((n) => (n % 3 === 2 ? stepwise(n) : transactional(n))),
];

function numbers(): number[] {
  return Array.from({ length: STEPS }, (_, index) => index + 1);
}
