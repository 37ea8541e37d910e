import type { OtherProviderOptions } from '../../credentials';
import { Problems, shown } from '../problems';
import { checkClass, checkNotEmpty, type ProviderParts } from './provider-parts';

/** The field in which the known providers take a file's mode, quoted or not, in JSON or YAML. */
const MODE = /\b(?:filePermission|mode)\\*"?\s*:\s*\\*["']?(0[0-7]{3})\b/g;

export function otherProvider({ name, provider, parameters, files }: OtherProviderOptions): ProviderParts {
  const problems = new Problems();
  checkClass(problems, name, files);
  checkNotEmpty(problems, { provider });
  for (const [parameter, value] of Object.entries(parameters)) {
    for (const [, mode = ''] of String(value).matchAll(MODE)) {
      if ((Number.parseInt(mode, 8) & 4) !== 0) continue;
      problems.add(
        'parameters',
        `${shown(parameter)} has the mode ${shown(mode)}, with which only root can read the file; give "0644"`,
      );
    }
    if (typeof value !== 'string') {
      problems.add(
        'parameters',
        `${shown(parameter)} is ${shown(value)}, no string; write ${shown(String(value))}`,
      );
    }
  }
  problems.throwIfAny();
  return { provider, parameters: { ...parameters }, files };
}
