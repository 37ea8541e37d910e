import type { V1Container, V1EnvVar } from '@kubernetes/client-node';

/** The container with these variables in place of its own, in their place where it has them. */
export function withVariables(
  container: V1Container,
  variables: Readonly<Record<string, string>>,
): V1Container {
  const env = (container.env ?? []).map((entry) => {
    const value = variables[entry.name];
    return value === undefined ? entry : variable(entry.name, value);
  });
  const known = new Set(env.map(({ name }) => name));
  const added = Object.entries(variables).filter(([name]) => !known.has(name));
  return { ...container, env: [...env, ...added.map(([name, value]) => variable(name, value))] };
}

function variable(name: string, value: string): V1EnvVar {
  return { name, value: literal(value) };
}

/** Text that arrives as it is: the kubelet replaces `$(NAME)` in values and arguments, and makes one `$` of `$$`. */
export function literal(text: string): string {
  return /\$[$(]/.test(text) ? text.replaceAll('$', '$$$$') : text;
}

/** The plain value of a variable in the manifest; undefined where it comes from elsewhere. */
export function variableOf({ env = [] }: V1Container, name: string): string | undefined {
  return env.find((entry) => entry.name === name)?.value;
}
