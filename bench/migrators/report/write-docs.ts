import { readFileSync, writeFileSync } from 'node:fs';
import { fillSections } from '../../support/fill-sections';
import type { Results } from '../results';
import { ROOT } from '../tools';
import { renderSections } from './page';
import { renderPictures } from './pictures';

const PAGE = `${ROOT}docs/benchmarks.md`;

/** Writes the numbers into the page, and the pictures that it shows. */
export function writeDocs(results: Results): void {
  writeFileSync(PAGE, fillSections(readFileSync(PAGE, 'utf8'), renderSections(results)));
  for (const [name, picture] of Object.entries(renderPictures(results))) {
    writeFileSync(`${ROOT}docs/pictures/${name}`, picture);
  }
}
