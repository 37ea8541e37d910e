import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderLogTables } from './log-tables';
import { readSettings } from './read-settings';
import { fillTables, ROOT, renderTables } from './readme-tables';

async function main(): Promise<void> {
  fill('README.md', renderTables(await readSettings()));
  fill('docs/logs.md', renderLogTables());
}

function fill(page: string, tables: Readonly<Record<string, string>>): void {
  const path = join(ROOT, page);
  writeFileSync(path, fillTables(readFileSync(path, 'utf8'), tables));
}

void main();
