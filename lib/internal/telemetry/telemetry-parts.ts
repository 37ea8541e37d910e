import { isIP } from 'node:net';
import type { GateJobProps } from '../../gate-job-props';
import { DatabasePeer } from '../../network/database-peer';
import type { EgressOptions } from '../../network/egress-options';
import { PolicyKind } from '../../network/policy-kind';
import type { Telemetry } from '../../telemetry';
import { isShort } from '../network/dns-matches';
import type { PodParts } from '../pod-parts';
import { type Problems, shown } from '../problems';
import type { Receiver } from './receiver';

/** What telemetry adds to the pod of a Job, whatever the network allows. */
export function telemetryParts(telemetry: Telemetry | undefined): PodParts {
  return telemetry ? { env: telemetry._receiver.env } : {};
}

/** Whom the policy must open for it, and which name the pod looks up; what can't be known goes to `problems`. */
export function telemetryEgress(
  problems: Problems,
  { telemetry, policyKind, dnsNames }: Pick<GateJobProps, 'telemetry'> & EgressOptions,
): PodParts {
  if (!telemetry) return {};
  const { host, port, peer: given } = telemetry._receiver;
  // A sidecar: what stays in the pod passes no policy.
  if (given === undefined && host !== undefined && isLoopback(host)) return {};
  const peer = given ?? peerOf(problems, telemetry._receiver, policyKind);
  if (dnsNames && host !== undefined && isIP(host) === 0 && isShort(host)) {
    problems.add(
      'telemetry',
      `with dnsNames the pod looks up only full names, and the host ${shown(host)} is short; write it like "collector.monitoring.svc.cluster.local"`,
    );
  }
  return {
    ...(peer && { egress: [{ peer, port: peer.port ?? port }] }),
    ...(host !== undefined && isIP(host) === 0 && { lookups: [host] }),
  };
}

function peerOf(
  problems: Problems,
  { host }: Receiver,
  policyKind: PolicyKind | undefined,
): DatabasePeer | undefined {
  if (host === undefined) {
    problems.add('telemetry', 'the URL is in a Secret, so the policy would not open it; give its peer');
    return undefined;
  }
  if (isIP(host) !== 0) {
    return problems.attempt(() => DatabasePeer.ipBlock(`${host}/${isIP(host) === 4 ? 32 : 128}`), {
      cidr: 'telemetry',
    });
  }
  if (isOfCluster(host)) {
    problems.add(
      'telemetry',
      `${shown(host)} is a Service of the cluster, and policies select pods; give its peer as DatabasePeer.pods`,
    );
    return undefined;
  }
  if (policyKind === PolicyKind.CILIUM_NETWORK_POLICY) {
    return problems.attempt(() => DatabasePeer.fqdn(host), { name: 'telemetry' });
  }
  problems.add(
    'telemetry',
    `${shown(host)} is the name of a host, and a NetworkPolicy knows only addresses and pods; give its peer, or set policyKind to CiliumNetworkPolicy where Cilium enforces the cluster's policies`,
  );
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

function isOfCluster(host: string): boolean {
  return !host.includes('.') || host.endsWith('.svc') || host.includes('.svc.');
}
