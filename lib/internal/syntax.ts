import { shown } from './problems';

/**
 * Kubernetes' own rules for names, labels and keys. cdk8s-plus lets most mistakes pass, so that they would
 * show only when the API server refuses the manifest. Each function returns what is wrong, with the remedy,
 * or nothing.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** In plain JavaScript anything can be given, and nothing left out by mistake may end as a TypeError. */
function textProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : `${shown(value)} is no text; give a string`;
}

/** What is wrong with a value that must be one of an enum's. */
export function choiceProblem(
  value: unknown,
  choices: { readonly [name: string]: string },
): string | undefined {
  const values = Object.values(choices);
  if (value === undefined || values.includes(value as string)) return undefined;
  return `${shown(value)} is none of the choices; give ${values.map(shown).join(', ')}`;
}

export function dnsLabelProblem(value: string, maxLength = 63): string | undefined {
  const problem = textProblem(value);
  if (problem) return problem;
  if (DNS_LABEL.test(value) && value.length <= maxLength) return undefined;
  return `${shown(value)} is not a name; write at most ${maxLength} lower-case letters, digits and "-", for example "db-migration"`;
}

export function objectNameProblem(value: string): string | undefined {
  const problem = textProblem(value);
  if (problem) return problem;
  if (value.length <= 253 && value.split('.').every((part) => DNS_LABEL.test(part))) return undefined;
  return `${shown(value)} is not the name of an object; write at most 253 lower-case letters, digits, "-" and "."`;
}

export function dataKeyProblem(value: string): string | undefined {
  const problem = textProblem(value);
  if (problem) return problem;
  if (/^[-._a-zA-Z0-9]{1,253}$/.test(value) && value !== '.' && !value.startsWith('..')) return undefined;
  return `${shown(value)} is not a key of a Secret or ConfigMap; write at most 253 letters, digits, "-", "_" and "."`;
}

export function envNameProblem(value: string): string | undefined {
  if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)) return undefined;
  return `${shown(value)} is not the name of a variable; write letters, digits and "_", not starting with a digit`;
}

export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && objectNameProblem(prefix)) {
    return `the prefix of the key ${shown(key)} is not a DNS name; write it like "example.com/tier"`;
  }
  if (name.length <= 63 && LABEL_NAME.test(name)) return undefined;
  return `the key ${shown(key)} is not valid; write 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends`;
}

/** What is wrong with a map of labels; several problems stay several lines. */
export function labelProblems(labels: { readonly [key: string]: string }): string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const problem = labelKeyProblem(key);
    const found = problem ? [problem] : [];
    if (typeof value !== 'string' || value.length > 63 || (value !== '' && !LABEL_NAME.test(value))) {
      found.push(
        `the value ${shown(value)} of ${shown(key)} is not valid; write at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends`,
      );
    }
    return found;
  });
}

export function hostProblem(host: string): string | undefined {
  if (/^[^\s/@:,]+$|^[0-9a-fA-F:.]+$/.test(host)) return undefined;
  return `${shown(host)} is not a host; write its name or address, without port or scheme`;
}

export function portProblem(port: number): string | undefined {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return undefined;
  return `${shown(port)} is not a port; give a whole number from 1 to 65535`;
}

export function wholeNumberProblem(value: number, min: number, max: number): string | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${shown(value)} is out of range; give a whole number from ${min} to ${max}`;
}
