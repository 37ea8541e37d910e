import type { DatabaseCredentials } from '../credentials';
import type { GateJobProps } from '../gate-job-props';
import type { GateJobKind } from './gate-job-kind';
import { combineParts, type PodParts } from './pod-parts';
import { type Problems, shown } from './problems';

/** Everything that the props of a Job add to its pod. */
export function partsOf(
  problems: Problems,
  props: GateJobProps,
  credentials: DatabaseCredentials,
  kind: GateJobKind,
): Required<PodParts> {
  const { podLabels, podAnnotations, sidecars, tls } = props;
  const login = credentials._login();
  const parts = combineParts(problems, [
    login,
    tls?._parts() ?? {},
    { podLabels, podAnnotations, sidecars },
    { podAnnotations: kind.podAnnotations },
  ]);
  checkTls(problems, props, credentials);
  if (login.needsHost && !('PGHOST' in parts.env)) {
    problems.add('credentials', 'nobody names the host; give it in the credentials, or in the endpoint');
  }
  const names = [...parts.sidecars.map(({ name }) => name), kind.init.name, kind.main.name];
  for (const name of new Set(names.filter((candidate, index) => names.indexOf(candidate) !== index))) {
    problems.add('sidecars', `${shown(name)} would be the name of two containers; give another one`);
  }
  return parts;
}

function checkTls(problems: Problems, { tls }: GateJobProps, credentials: DatabaseCredentials): void {
  const { tlsReason, noTlsReason } = credentials._login();
  const encrypts = tls !== undefined && tls.mode !== 'disable' && tls.mode !== 'prefer';
  if (tlsReason !== undefined && !encrypts) problems.add('tls', tlsReason);
  if (noTlsReason !== undefined && tls !== undefined) problems.add('tls', noTlsReason);
}
