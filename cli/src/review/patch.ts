import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** What changed in a file, as git shows it. */
export function patchOf(file: string, before: string, after: string): string {
  return createTwoFilesPatch(file, file, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
