import { isIP } from 'node:net';
import { type Problems, shown } from '../problems';
import { lookupNameProblem } from './host-name';
import type { PolicyParts } from './policy-parts';

/** How Cilium writes a name, and a pattern of names. */
export interface NameMatch {
  readonly matchName?: string;
  readonly matchPattern?: string;
}

export function nameMatch(name: string): NameMatch {
  return name.includes('*') ? { matchPattern: name } : { matchName: name };
}

/**
 * The names that may be looked up. Without names among the destinations and without a choice there is no rule for
 * them, so that nothing depends on Cilium's DNS proxy.
 */
export function dnsMatches({ rules, host, dnsNames }: PolicyParts): NameMatch[] | undefined {
  const destinations = rules.flatMap(({ peer: { _destination: to } }) =>
    to.kind === 'name' ? [to.name] : [],
  );
  if (dnsNames === undefined) return destinations.length === 0 ? undefined : [{ matchPattern: '*' }];
  const hosts = host === undefined || isIP(host) !== 0 ? [] : [host];
  const names = [...hosts, ...destinations, ...dnsNames].map((name) => name.toLowerCase());
  return [...new Set(names)].map(nameMatch);
}

/** What is wrong with a narrow choice of names. */
export function checkDnsNames(problems: Problems, parts: PolicyParts): void {
  const { dnsNames, host } = parts;
  if (dnsNames === undefined) return;
  for (const name of dnsNames) problems.check('dnsNames', lookupNameProblem(name));
  if (host !== undefined && isIP(host) === 0 && isShort(host)) {
    problems.add(
      'dnsNames',
      `with them the pod looks up only full names, and the host ${shown(host)} is short; give the endpoint a host like "db.databases.svc.cluster.local"`,
    );
  }
  if ((dnsMatches(parts) ?? []).length === 0) {
    problems.add(
      'dnsNames',
      '[] allows no name at all; give the name of the database, or the host of the endpoint',
    );
  }
}

/** Whether the search list of a pod makes it a full name. */
export function isShort(host: string): boolean {
  return !host.includes('.') || host.toLowerCase().endsWith('.svc');
}
