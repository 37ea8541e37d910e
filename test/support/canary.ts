import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spellingsOf } from '../../runner/src/errors/redact';

/** Password of the tests' own server: whatever prints it, in whatever spelling, fails the test that made it do so. */
export const CANARY = "canary-it's-5e1f";

/** A part that no spelling changes, so that also a spelling is found of which nobody thought. */
const MARK = 'canary-it';

const canaries = new Set(withBase64(CANARY));

/** Lets the same net look for another password, for the rest of the test file. */
export function registerCanary(password: string): void {
  for (const spelling of withBase64(password)) canaries.add(spelling);
}

/** @throws Error naming the output that holds a canary. */
export function assertNoCanary(outputs: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(outputs)) {
    for (const spelling of [MARK, ...canaries]) {
      if (text.includes(spelling)) throw new Error(`${name} holds a password, spelled ${spelling}:\n${text}`);
    }
  }
}

/** The same for every file of a folder, but those with just the text that the test itself wrote. */
export function assertNoCanaryIn(
  folder: string,
  written: Readonly<Record<string, string | Buffer>> = {},
): void {
  // A test may have removed its own.
  if (!existsSync(folder)) return;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    const text = readFileSync(path, 'utf8');
    if (
      Object.entries(written).some(([own, content]) => join(folder, own) === path && String(content) === text)
    )
      continue;
    assertNoCanary({ [path]: text });
  }
}

function withBase64(password: string): string[] {
  return spellingsOf(password).flatMap((spelling) => [spelling, Buffer.from(spelling).toString('base64')]);
}
