/**
 * The part of `cilium.io/v2` CiliumNetworkPolicy that this project writes, closed at each level: a field that is not
 * here is a fault, though Cilium may know it. Written by hand from Cilium's documentation and from what its agent
 * refuses: the CRD alone lets two kinds of destination in one item pass, and an agent then ignores the policy.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
const labels = {
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 63 },
  propertyNames: { pattern: '^(any|k8s|reserved):[^:]+$' },
  minProperties: 1,
};

const closed = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const listOf = (items: unknown) => ({ type: 'array', minItems: 1, items });

const selector = closed(['matchLabels'], { matchLabels: labels });

const port = closed(['port', 'protocol'], {
  port: { type: 'string', pattern: '^[1-9][0-9]{0,4}$' },
  protocol: { enum: ['TCP', 'UDP', 'SCTP'] },
});

const nameMatch = {
  oneOf: [
    closed(['matchName'], { matchName: { type: 'string', pattern: '^[-a-z0-9_.]+$', maxLength: 255 } }),
    closed(['matchPattern'], {
      matchPattern: { type: 'string', pattern: '^[-a-z0-9_.*]+$', maxLength: 255 },
    }),
  ],
};

const toPorts = (rules: Record<string, unknown>) => ({
  type: 'array',
  minItems: 1,
  maxItems: 1,
  items: closed(['ports'], { ports: { ...listOf(port), maxItems: 40 }, ...rules }),
});

const plainPorts = toPorts({});
const dnsPorts = toPorts({ rules: closed(['dns'], { dns: listOf(nameMatch) }) });

/** Exactly one kind of destination; names of hosts carry no DNS rule themselves. */
const egress = {
  oneOf: [
    closed(['toEndpoints', 'toPorts'], { toEndpoints: listOf(selector), toPorts: dnsPorts }),
    closed(['toEntities', 'toPorts'], { toEntities: listOf({ enum: ['host'] }), toPorts: dnsPorts }),
    closed(['toCIDRSet', 'toPorts'], {
      toCIDRSet: listOf(
        closed(['cidr'], {
          cidr: { type: 'string', pattern: '/' },
          except: listOf({ type: 'string', pattern: '/' }),
        }),
      ),
      toPorts: dnsPorts,
    }),
    closed(['toFQDNs', 'toPorts'], { toFQDNs: listOf(nameMatch), toPorts: plainPorts }),
  ],
};

export const CILIUM_NETWORK_POLICY = closed(['apiVersion', 'kind', 'metadata', 'spec'], {
  apiVersion: { const: 'cilium.io/v2' },
  kind: { const: 'CiliumNetworkPolicy' },
  metadata: closed(['name'], {
    name: { type: 'string' },
    namespace: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
  }),
  spec: closed(['endpointSelector', 'ingress', 'egress'], {
    endpointSelector: selector,
    // One empty rule denies all; an empty list would not apply to the direction.
    ingress: { type: 'array', minItems: 1, maxItems: 1, items: closed([], {}) },
    egress: listOf(egress),
  }),
});
