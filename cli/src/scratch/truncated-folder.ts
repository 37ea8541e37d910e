import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { JOURNAL_FILE, type Journal } from '../../../core/journal';

/**
 * Writes a folder that has the first `count` migrations and nothing else, in the same layout. The files are links: the
 * runner reads the very bytes.
 */
export function writeTruncatedFolder({ migrations, layout }: Journal, count: number, target: string): void {
  const kept = migrations.slice(0, count);
  for (const { file, path } of kept) {
    const link = join(target, ...file.split('/'));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve(path), link);
  }
  if (layout === '1.x') return;
  const entries = kept.map(({ tag, when }, idx) => ({ idx, version: '7', when, tag, breakpoints: true }));
  const journal = join(target, ...JOURNAL_FILE.split('/'));
  mkdirSync(dirname(journal), { recursive: true });
  writeFileSync(journal, JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
}
