/**
 * The runner's summary in a termination message: its last line, or the whole of it in a message of runners that wrote
 * nothing else. A message of anything else, the end of a log for example, has none.
 */
export function summaryOf(message: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const last = message?.trimEnd().split('\n').at(-1);
  try {
    const value: unknown = JSON.parse(last ?? '');
    const isSummary = typeof value === 'object' && value !== null && 'outcome' in value;
    return isSummary ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
