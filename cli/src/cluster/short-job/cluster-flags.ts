/** Which cluster, and which Job in it is the model. */
export interface ClusterFlags {
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly file?: string | undefined;
  readonly live?: boolean | undefined;
  readonly instance?: string | undefined;
}

/** The flags as they were typed, for a command line that says the same again. */
export function wordsOf({ context, namespace, file, live, instance }: ClusterFlags): string[] {
  const valued = { context, namespace, file, instance };
  return [
    '--in-cluster',
    ...Object.entries(valued).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(live ? ['--live'] : []),
  ];
}
