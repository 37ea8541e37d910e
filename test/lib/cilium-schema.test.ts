import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseEndpoint, DatabasePeer, DbEgressPolicy, PolicyKind } from '../../lib';
import { schemaProblems } from '../support/kubernetes-schema';
import { officialCrdProblems } from '../support/official-crd';
import { type KubeObject, only, synthChart } from '../support/synth';

// biome-ignore lint/suspicious/noExplicitAny: the changes are deliberately of the wrong shape.
type Loose = any;

const valid = only(
  synthChart((chart) => {
    const peers = [
      DatabasePeer.ipBlock('10.0.0.0/8', { except: ['10.1.0.0/16'] }),
      DatabasePeer.fqdn('db.example.com'),
    ];
    const endpoint = DatabaseEndpoint.of({ peers });
    new DbEgressPolicy(chart, 'Policy', { endpoint, policyKind: PolicyKind.CILIUM_NETWORK_POLICY });
  }),
  'CiliumNetworkPolicy',
);
const changed = (change: (policy: Loose) => void): KubeObject => {
  const policy = structuredClone(valid);
  change(policy);
  return policy;
};

describe('the schema of CiliumNetworkPolicy', () => {
  test('finds nothing in a policy as synthesized', () => {
    expect(schemaProblems(valid)).toEqual([]);
  });

  test.each<[string, (policy: Loose) => Loose]>([
    ['the object', (policy) => policy],
    ['metadata', ({ metadata }) => metadata],
    ['spec', ({ spec }) => spec],
    ['endpointSelector', ({ spec }) => spec.endpointSelector],
    ['the rule of ingress', ({ spec }) => spec.ingress[0]],
    ['an item of egress', ({ spec }) => spec.egress[0]],
    ['a range', ({ spec }) => spec.egress[0].toCIDRSet[0]],
    ['a name', ({ spec }) => spec.egress[1].toFQDNs[0]],
    ['a selector', ({ spec }) => spec.egress[2].toEndpoints[0]],
    ['toPorts', ({ spec }) => spec.egress[0].toPorts[0]],
    ['a port', ({ spec }) => spec.egress[0].toPorts[0].ports[0]],
    ['the rules of a port', ({ spec }) => spec.egress[2].toPorts[0].rules],
    ['a rule for DNS', ({ spec }) => spec.egress[2].toPorts[0].rules.dns[0]],
  ])('finds an unknown field in %s', (_where, part) => {
    const problems = schemaProblems(
      changed((policy) => {
        part(policy).bogus = 1;
      }),
    );
    expect(problems.join()).toContain('additional properties bogus');
  });

  test.each<[string, (policy: Loose) => void]>([
    [
      'a port that is a number',
      ({ spec }) => Object.assign(spec.egress[0].toPorts[0].ports[0], { port: 5432 }),
    ],
    [
      'a port that is no number',
      ({ spec }) => Object.assign(spec.egress[0].toPorts[0].ports[0], { port: '0' }),
    ],
    [
      'two kinds of destination in one item',
      ({ spec }) => Object.assign(spec.egress[0], { toEntities: ['host'] }),
    ],
    ['a destination without ports', ({ spec }) => delete spec.egress[0].toPorts],
    ['ports without a destination', ({ spec }) => delete spec.egress[0].toCIDRSet],
    ['an empty list of destinations', ({ spec }) => Object.assign(spec.egress[0], { toCIDRSet: [] })],
    [
      'another entity',
      ({ spec }) => spec.egress.push({ ...spec.egress[0], toCIDRSet: undefined, toEntities: ['world'] }),
    ],
    ['ingress left open', ({ spec }) => Object.assign(spec, { ingress: [] })],
    ['no ingress', ({ spec }) => delete spec.ingress],
    ['egress left open', ({ spec }) => Object.assign(spec, { egress: [] })],
    [
      'a DNS rule beside a name',
      ({ spec }) => Object.assign(spec.egress[1].toPorts[0], { rules: { dns: [{ matchPattern: '*' }] } }),
    ],
    [
      'a name that is a pattern',
      ({ spec }) => Object.assign(spec.egress[1].toFQDNs[0], { matchName: '*.example.com' }),
    ],
    ['a selector of everything', ({ spec }) => Object.assign(spec.endpointSelector, { matchLabels: {} })],
    [
      'a label without its source',
      ({ spec }) => Object.assign(spec.endpointSelector, { matchLabels: { app: 'x' } }),
    ],
    ['no spec', (policy) => delete policy.spec],
  ])('finds %s', (_what, change) => {
    expect(schemaProblems(changed(change))).not.toEqual([]);
  });
});

describe('official definitions, where there is a folder with them', () => {
  // A pattern of Go that JavaScript does not know.
  const string = { type: 'string', pattern: '^\\PC*$' };
  const spec = {
    type: 'object',
    properties: { ingress: {}, egress: {}, endpointSelector: { type: 'object', additionalProperties: {} } },
  };
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'cilium.io',
      names: { kind: 'CiliumNetworkPolicy' },
      versions: [
        {
          name: 'v2',
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { apiVersion: string, kind: string, metadata: { type: 'object' }, spec },
            },
          },
        },
      ],
    },
  };

  test('find a wrong field; without a folder, or for another kind, nothing is checked', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crd-'));
    try {
      writeFileSync(
        join(folder, 'all.yaml'),
        `---\n${JSON.stringify({ kind: 'Other' })}\n---\n${JSON.stringify(crd)}\n`,
      );
      const wrong = changed((policy) => {
        policy.spec.bogus = 1;
        policy.kind = 'CiliumNetworkPolicy';
      });
      expect(officialCrdProblems(valid, folder)).toEqual([]);
      expect(officialCrdProblems(wrong, folder)).toEqual([
        'CRD: /spec must NOT have additional properties bogus',
      ]);
      expect(officialCrdProblems({ ...wrong, kind: 'Other' }, folder)).toEqual([]);
      expect(officialCrdProblems(wrong, '')).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
