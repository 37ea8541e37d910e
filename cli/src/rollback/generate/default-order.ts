import type { Step } from './step';

const SETS = /^(ALTER TABLE .+ ALTER COLUMN .+) SET DEFAULT /s;
const MAKES_TYPE = /^(?:CREATE TYPE|CREATE DOMAIN|ALTER TYPE .* ADD VALUE)\b/s;

/**
 * Puts a default behind what it is written with: the type that is made, the value that is added, the new type of its
 * column. pg-delta can put it before them, and more than once.
 */
export function withDefaultsLast(steps: readonly Step[]): Step[] {
  const ordered = steps.filter((candidate, at) => {
    const column = SETS.exec(candidate.sql)?.[1];
    return column === undefined || !steps.slice(at + 1).some(({ sql }) => SETS.exec(sql)?.[1] === column);
  });
  for (const candidate of [...ordered]) {
    const column = SETS.exec(candidate.sql)?.[1];
    if (column === undefined) continue;
    const at = ordered.indexOf(candidate);
    const needed = ordered.findLastIndex(
      ({ sql }) => MAKES_TYPE.test(sql) || sql.startsWith(`${column} TYPE `),
    );
    if (needed < at) continue;
    ordered.splice(needed + 1, 0, candidate);
    ordered.splice(at, 1);
  }
  return ordered;
}
