import { KEPT_INDEX } from '../../kept/kept-schema';

/** What PostgreSQL cuts names to. */
const LONGEST = 63;

/** A name of its own for each copy: that of the table, with a number where two schemas have it. */
export function copyNames(tables: readonly string[]): string[] {
  const taken = new Set<string>([KEPT_INDEX]);
  return tables.map((table) => {
    let name = table;
    for (let number = 2; taken.has(name); number++) name = withSuffix(table, `_${number}`);
    taken.add(name);
    return name;
  });
}

function withSuffix(name: string, suffix: string): string {
  let start = name;
  // Letters of several bytes are cut as a whole.
  while (Buffer.byteLength(start + suffix) > LONGEST) start = [...start].slice(0, -1).join('');
  return start + suffix;
}
