import type { EgressRule } from './egress-rule';

const ANNOTATION = 'drizzle-gate/resolved-at-synth';

/** Says of which hosts the policy opens only the addresses that they had at synth. */
export function resolvedHostsAnnotation(
  rules: readonly EgressRule[],
): { readonly [key: string]: string } | undefined {
  const ranges = new Map<string, string[]>();
  for (const { resolvedFrom, _destination: to } of rules.map(({ peer }) => peer)) {
    if (resolvedFrom === undefined || to.kind !== 'addresses') continue;
    ranges.set(resolvedFrom, [...(ranges.get(resolvedFrom) ?? []), to.cidr]);
  }
  if (ranges.size === 0) return undefined;
  const hosts = [...ranges].map(([host, cidrs]) => `${host} = ${cidrs.join(', ')}`);
  return { [ANNOTATION]: `${hosts.join('; ')} (a snapshot that nothing updates)` };
}
