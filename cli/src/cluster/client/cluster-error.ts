import type { V1Status } from '@kubernetes/client-node';
import { GateError, type GateErrorOptions } from '../../../../runner/src/errors/gate-error';

export interface ClusterErrorOptions extends GateErrorOptions {
  /** HTTP status; absent where there was no answer. */
  readonly status?: number | undefined;
  /** Kubernetes' word, for example `NotFound`, `AlreadyExists` or `Expired`. */
  readonly reason?: string | undefined;
  /** What is wrong with which field, as far as Kubernetes tells it. */
  readonly causes?: readonly { readonly field?: string; readonly message?: string }[];
  /** Seconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
}

/** The cluster refuses (87), or can't be reached (89). */
export class ClusterError extends GateError {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly causes: NonNullable<ClusterErrorOptions['causes']>;
  readonly retryAfter: number | undefined;

  constructor(
    exit: 'CLUSTER_REFUSED' | 'API_UNREACHABLE',
    message: string,
    options: ClusterErrorOptions = {},
  ) {
    super(exit, message, options);
    this.name = 'ClusterError';
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    this.retryAfter = options.retryAfter;
  }
}

/** A server-side apply with a field of another type, or one that does not exist, is answered with 500. */
const WRONG_FIELD = /failed to create typed patch object/;

/** Whether the cluster answered with this HTTP status. */
export function hasStatus(error: unknown, ...statuses: readonly number[]): error is ClusterError {
  return error instanceof ClusterError && statuses.includes(error.status ?? 0);
}

/** Whether an update is refused only because Kubernetes never changes this field of an object that exists. */
export function isImmutable(error: unknown): boolean {
  return hasStatus(error, 422) && /field is immutable/.test(error.message);
}

/** What an answer of the API other than 2xx means. */
export function refusal(
  status: number,
  body: string,
  headers: { readonly 'retry-after'?: string | undefined } = {},
): ClusterError {
  const said = statusObjectOf(body);
  const seconds = Number(headers['retry-after'] ?? said?.details?.retryAfterSeconds);
  const answer = {
    status,
    reason: said?.reason,
    causes: said?.details?.causes ?? [],
    retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  };
  const words = said?.message ?? '';
  if ((status === 429 || status >= 500) && !WRONG_FIELD.test(words)) {
    return new ClusterError('API_UNREACHABLE', `the API answers ${status}: ${wordsOf(said, body)}`, {
      ...answer,
      remedy: 'look at the API server and its webhooks, then run again',
    });
  }
  const missing = missingRight(words);
  return new ClusterError('CLUSTER_REFUSED', missing?.message ?? wordsOf(said, body, status), {
    ...answer,
    remedy: missing?.remedy ?? remedyOf(status, words, said),
    detail: missing ? `Kubernetes: ${wordsOf(said, body)}` : undefined,
  });
}

function statusObjectOf(body: string): V1Status | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && (value as V1Status).kind === 'Status'
      ? (value as V1Status)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Kubernetes' own words; without the value of a field that it dumps as Go would print it, with every variable of a pod. */
function wordsOf(said: V1Status | undefined, body: string, status?: number): string {
  const words = said?.message ?? body.replace(/<[^>]*>/g, ' ');
  const clean = words
    .replace(/Invalid value: (?:\w+\.\w+|\{|&|map\[)[\s\S]*?: field is immutable/g, 'field is immutable')
    .replace(/, got &value\.valueUnstructured\{[\s\S]*\}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const text = clean || said?.reason || (status === undefined ? 'nothing' : `HTTP status ${status}`);
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}

/** What the authorizer says, for a person who has to write a Role. */
function missingRight(said: string): { message: string; remedy: string } | undefined {
  const match =
    /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/.exec(
      said,
    );
  if (!match) return undefined;
  const [, user, verb, resource, group, namespace] = match;
  const where = namespace ? ` in namespace ${namespace}` : ' in the whole cluster';
  return {
    message: `needs ${verb} on ${group ? `${resource}.${group}` : resource}${where}`,
    remedy: `give ${JSON.stringify(user)} this right by a ${namespace ? 'Role and a RoleBinding' : 'ClusterRole and a ClusterRoleBinding'}`,
  };
}

function remedyOf(status: number, words: string, said: V1Status | undefined): string | undefined {
  if (WRONG_FIELD.test(words)) return 'correct the field in the file';
  if (status === 401) return 'log in again, or give a kubeconfig whose credentials are valid';
  if (status === 404 && said?.details?.kind === 'namespaces') {
    return `create it (kubectl create namespace ${said.details.name}), or give another one with --namespace`;
  }
  if (status === 404 && !said) return 'look at the address of the server in the kubeconfig';
  if (status === 422 && /field is immutable/.test(words)) {
    return 'delete the object, or give it another name';
  }
  return undefined;
}
