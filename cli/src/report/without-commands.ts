/**
 * Text that a log carries as it is: GitHub's runner takes lines that begin with `::`, and `##[` anywhere, for commands, and
 * whoever can write into the log of a pod, or a NOTICE of the database, would command it.
 *
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '# #[');
}

/** What may be printed of a log that others write into, where this process runs in a workflow of GitHub. */
export function inPipeline(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return env.GITHUB_ACTIONS === 'true' ? withoutCommands(text) : text;
}
