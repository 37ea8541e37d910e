import type { EgressRule } from './egress-rule';

/** What a policy says, whatever its kind. */
export interface PolicyParts {
  readonly name: string;
  readonly annotations: { readonly [key: string]: string } | undefined;
  readonly podLabels: { readonly [key: string]: string };
  readonly rules: readonly EgressRule[];
  /** Where the Jobs connect to, if that is known here. */
  readonly host: string | undefined;
  /** Names that may be looked up; every name where it is absent. */
  readonly dnsNames: readonly string[] | undefined;
}
