import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from './read-settings';
import { fillTables, ROOT, renderTables } from './readme-tables';

async function main(): Promise<void> {
  const path = join(ROOT, 'README.md');
  writeFileSync(path, fillTables(readFileSync(path, 'utf8'), renderTables(await readSettings())));
}

void main();
