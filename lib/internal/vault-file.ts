import { shown } from './problems';

/** A file that the agent renders. */
export interface VaultFile {
  /** The variable whose value it holds. */
  readonly variable: string;
  readonly path: string;
  readonly template: string;
}

/**
 * One field of a secret as the whole content of a file. Several files of one path are one request, so that user and
 * password belong to one lease: the text of `secret "…"` must be the same in them.
 */
export function vaultFile(variable: string, path: string, data: string, field: string): VaultFile {
  const value = /^[A-Za-z_]\w*$/.test(field) ? `${data}.${field}` : `index ${data} "${field}"`;
  return { variable, path, template: `{{ with secret "${path}" }}{{ ${value} }}{{ end }}` };
}

export function vaultPathProblem(path: string): string | undefined {
  if (/^[^\s"\\/]+(\/[^\s"\\/]+)+$/.test(path)) return undefined;
  return `${shown(path)} is not a path of Vault; write it without "/" at its ends, without spaces and quotes`;
}

/** What the annotations of a file end in, and the file's own name: the injector writes names in lower case. */
export function vaultFileName(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}

export function vaultFilePath(variable: string): string {
  return `/vault/secrets/${vaultFileName(variable)}`;
}
