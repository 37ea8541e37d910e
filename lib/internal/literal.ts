import { EnvValue } from 'cdk8s-plus-28';

/**
 * A variable whose value is the text itself. The kubelet replaces `$(NAME)` in values of a manifest and makes one `$` of
 * `$$`, so that a name with such characters would arrive as another one.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literal(text: string): EnvValue {
  return EnvValue.fromValue(/\$[$(]/.test(text) ? text.replaceAll('$', '$$$$') : text);
}
