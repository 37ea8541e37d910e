import { Scanner } from '../../../../runner/src/sql/scanner';

/** The statement that makes a table, cut where its columns and constraints begin and end. */
export interface TableDefinition {
  readonly head: string;
  readonly elements: readonly string[];
  readonly tail: string;
}

const HEAD = /^CREATE (?:UNLOGGED |FOREIGN )?TABLE (?:"(?:[^"]|"")+"\.)?"(?:[^"]|"")+" \(/;

/** Cuts a CREATE TABLE as pg-delta writes it; undefined for a partition, which has no list of its own. */
export function cutDefinition(sql: string): TableDefinition | undefined {
  const [head] = HEAD.exec(sql) ?? [];
  if (head === undefined) return undefined;
  const rest = sql.slice(head.length);
  const scanner = new Scanner(rest);
  const elements: string[] = [];
  let begin = 0;
  let depth = 0;
  const cut = () => {
    const element = rest.slice(begin, scanner.start).trim();
    if (element !== '') elements.push(element);
    begin = scanner.end;
  };
  while (scanner.next()) {
    if (scanner.token !== 'other') continue;
    const char = rest[scanner.start] ?? '';
    if (depth === 0 && char === ')') {
      cut();
      return { head, elements, tail: rest.slice(scanner.start) };
    }
    if (depth === 0 && char === ',') cut();
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
  }
  return undefined;
}

export function joinDefinition({ head, elements, tail }: TableDefinition): string {
  return `${head}${elements.join(', ')}${tail}`;
}
