import type { Diagnostic } from '@supabase/pg-delta/core';

/** What pg-delta can't restore and the migration has changed, one line for each kind of object. */
export function unmodeledChanges(before: readonly Diagnostic[], after: readonly Diagnostic[]): string[] {
  const [old, now] = [byKind(before), byKind(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((kind) => {
    const [had, has] = [old.get(kind) ?? [], now.get(kind) ?? []];
    const added = has.filter((name) => !had.includes(name));
    const removed = had.filter((name) => !has.includes(name));
    const words = [
      ...(added.length > 0 ? [`drop ${kind} ${added.join(', ')}`] : []),
      ...(removed.length > 0 ? [`make ${kind} ${removed.join(', ')} again`] : []),
    ];
    return words.length > 0
      ? [`the generator can't restore this kind of object; ${words.join(', and ')}.`]
      : [];
  });
}

function byKind(diagnostics: readonly Diagnostic[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { code, context } of diagnostics) {
    if (code !== 'unmodeled_kind' || !context) continue;
    const { kind, samples, count } = context as { kind: string; samples: string[]; count: number };
    // Only the first few are named; that there are more or fewer must not go unseen.
    const rest = count > samples.length ? [`(${count} in all)`] : [];
    found.set(kind, [...samples, ...rest]);
  }
  return found;
}
