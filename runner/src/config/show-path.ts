import { keepSecret } from '../errors/redact';

const PEM = /-----BEGIN /;

/** Texts that are put where the path of their file is meant, by how they begin. */
const CONTENTS: readonly [shape: RegExp, what: string][] = [
  [PEM, 'PEM text'],
  [/^LS0tLS1CRUdJTi/, 'the base64 text of a PEM file'],
  [/^MII[A-Za-z0-9+/=\s]{40,}$/, 'the base64 text of a certificate or key'],
  [/^eyJ[\w-]{8,}/, 'a token'],
  [/^postgres(?:ql)?:\/\//, 'a URL'],
];

/** Begins as no password does by chance; a relative path without ./ can't be told from one. */
const PATH = /^(?:\.{0,2}|~)\//;

/** Whether a value is the text of a PEM file. */
export function isPem(value: string): boolean {
  return PEM.test(value);
}

/** What stands where a path is meant, when it is the content itself; undefined when it may be a path. */
export function contentAsPath(text: string): string | undefined {
  return CONTENTS.find(([shape]) => shape.test(text))?.[1];
}

/**
 * Why a file can't be read, without what may be a secret that was put where its path is meant.
 *
 * @param isSecret whether the file holds a secret, so that only what is surely a path is shown.
 */
export function unreadable(
  variable: string,
  path: string,
  { code, remedy, isSecret }: { code: string | undefined; remedy: string; isSecret: boolean },
): string {
  const what = contentAsPath(path);
  if (what === undefined && (!isSecret || PATH.test(path))) {
    return `${variable}: ${JSON.stringify(path)} cannot be read (${code}); ${remedy}`;
  }
  keepSecret(path);
  return what === undefined
    ? `${variable} does not begin as a path does, so it is not shown, and no such file can be read (${code}); give the path of the file, from / or ./ on`
    : `${variable} holds ${what} itself; give the path of its file`;
}
