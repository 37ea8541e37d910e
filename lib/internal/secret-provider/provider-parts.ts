import type { ProvidedFileOptions } from '../../credentials';
import { type Problems, shown } from '../problems';
import { objectNameProblem } from '../syntax';

/** A SecretProviderClass as it is written, and the files that come of it. */
export interface ProviderParts {
  readonly provider: string;
  readonly parameters: { readonly [name: string]: string };
  readonly files: readonly string[];
  /** The only driver that knows the provider, where it has one of its own. */
  readonly driver?: string;
}

export function checkClass(problems: Problems, name: string, files: readonly string[]): void {
  problems.check('name', objectNameProblem(name));
  if (files.length === 0) problems.add('secrets', '[] gives no file; give at least one');
  for (const file of files) problems.check('file', fileNameProblem(file));
  for (const file of new Set(files.filter((each, index) => files.indexOf(each) !== index))) {
    problems.add('file', `${shown(file)} would be written twice; give each value a file of its own`);
  }
}

export function checkNotEmpty(
  problems: Problems,
  values: { readonly [option: string]: string | undefined },
): void {
  for (const [option, value] of Object.entries(values)) {
    if (value?.trim() === '') problems.add(option, `${shown(value)} is empty; give a value`);
  }
}

/** Providers write subfolders and hyphens each in their own way; names of variables are safe with all. */
export function fileNameProblem(file: string): string | undefined {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.]*$/.test(file)) return undefined;
  return `${shown(file)} is not a file name for every provider; write letters, digits, "_" and ".", for example "PGPASSWORD"`;
}

/** The mode as octal digits. Nobody changes the owner of the driver's files: fsGroup does not apply to them. */
export function checkedMode(problems: Problems, { file, mode }: ProvidedFileOptions): string | undefined {
  if (mode === undefined) return undefined;
  if (!/^0[0-7]{3}$/.test(mode)) {
    problems.add('mode', `${shown(mode)} of ${shown(file)} is not a mode; write four octal digits, "0644"`);
  } else if ((Number.parseInt(mode, 8) & 4) === 0) {
    problems.add(
      'mode',
      `${shown(mode)} of ${shown(file)} lets only root read the file, and the runner is not root; give "0644" or "0444"`,
    );
  }
  return mode;
}

/** The mode as a number, for providers that want one. */
export function checkedModeNumber(problems: Problems, options: ProvidedFileOptions): number | undefined {
  const mode = checkedMode(problems, options);
  return mode === undefined ? undefined : Number.parseInt(mode, 8);
}

/** Parameters are strings that hold YAML; JSON is YAML, and needs no care for quotes and indents. */
export function yaml(value: unknown): string {
  return JSON.stringify(value);
}

export function given(parameters: { readonly [name: string]: string | undefined }): {
  [name: string]: string;
} {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
