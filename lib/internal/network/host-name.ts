import { isIP } from 'node:net';
import { shown } from '../problems';

const LABEL = /^[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?$/;
const LABEL_PATTERN = /^[-a-z0-9_*]{1,63}$/;

/** What is wrong with the name of a host outside the cluster, or with a pattern of such names. */
export function hostNameProblem(text: string): string | undefined {
  const labels = text.toLowerCase().split('.');
  if (isIP(text) !== 0) return `${shown(text)} is an address; give it as DatabasePeer.ipBlock`;
  if (labels.includes('svc') && labels.length > 2) {
    return `${shown(text)} is a Service of the cluster, and rules for names never match pods; select them by DatabasePeer.pods`;
  }
  const isName =
    labels.length >= 2 && text.length <= 253 && labels.every((label) => LABEL_PATTERN.test(label));
  if (!isName || labels.some((label) => !label.includes('*') && !LABEL.test(label))) {
    return `${shown(text)} is not the name of a host; write it in full, for example "db.example.com" or "*.example.com"`;
  }
  if (labels.slice(-2).some((label) => label.includes('*'))) {
    return `${shown(text)} can mean any host there is; write at least the last two parts without "*"`;
  }
  return undefined;
}

/** What is wrong with a name that may be looked up; here a pattern may be as wide as is wanted. */
export function lookupNameProblem(text: string): string | undefined {
  const labels = text.toLowerCase().split('.');
  if (text.length <= 253 && labels.every((label) => LABEL_PATTERN.test(label))) return undefined;
  return `${shown(text)} is not a name to look up; write it in full and without a dot at the end, for example "vault.vault.svc.cluster.local"`;
}
