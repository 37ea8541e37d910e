/**
 * A value of the manifest as the kubelet gives it to the process: `$(NAME)` is the variable of that name, where an earlier
 * one has it, and `$$` is one `$`.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(value: string, earlier: Readonly<Record<string, string>>): string {
  return value.replace(/\$\$|\$\(([^)]*)\)/g, (text, name?: string) => {
    if (name === undefined) return '$';
    return earlier[name] ?? text;
  });
}
