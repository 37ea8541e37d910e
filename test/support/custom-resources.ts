/**
 * The parts of other projects' kinds that this one writes, closed at each level: a field that is not here is a fault,
 * though the project may know it. Written by hand from their documentation; where `CRD_DIR` names a folder with the
 * official definitions, objects are checked against those as well.
 */
export type Schema = Record<string, unknown>;

export const closed = (required: string[], properties: Record<string, Schema>): Schema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

export const text: Schema = { type: 'string', minLength: 1 };
export const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const key: Schema = { type: 'string', pattern: '^[-._a-zA-Z0-9]+$', maxLength: 253 };
const dataOf = (value: Schema): Schema => ({
  type: 'object',
  minProperties: 1,
  propertyNames: key,
  additionalProperties: value,
});

export const object = (apiVersion: string, kind: string, metadata: Schema, spec: Schema) =>
  closed(['apiVersion', 'kind', 'metadata', 'spec'], {
    apiVersion: { const: apiVersion },
    kind: { const: kind },
    metadata,
    spec,
  });
export const named = (...required: string[]) =>
  closed(['name', ...required], { name: text, namespace: text, labels: texts, annotations: texts });

/** @see https://github.com/bitnami-labs/sealed-secrets */
const sealedSecret = object(
  'bitnami.com/v1alpha1',
  'SealedSecret',
  named(),
  closed(['encryptedData'], {
    encryptedData: dataOf({ type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
    template: closed([], {
      type: { const: 'Opaque' },
      metadata: closed([], { labels: texts, annotations: texts }),
    }),
  }),
);

/** @see https://external-secrets.io/latest/api/externalsecret/ */
const externalSecret = object(
  'external-secrets.io/v1',
  'ExternalSecret',
  named(),
  closed(['secretStoreRef', 'target', 'data'], {
    refreshPolicy: { enum: ['Periodic', 'OnChange', 'CreatedOnce'] },
    refreshInterval: { type: 'string', pattern: '^([0-9]+h)?([0-9]+m)?[0-9]+s$' },
    secretStoreRef: closed(['kind', 'name'], {
      kind: { enum: ['SecretStore', 'ClusterSecretStore'] },
      name: text,
    }),
    target: closed(['name'], {
      name: text,
      creationPolicy: { enum: ['Owner', 'Orphan', 'Merge'] },
      deletionPolicy: { enum: ['Retain', 'Delete', 'Merge'] },
      template: closed(['engineVersion', 'data'], { engineVersion: { const: 'v2' }, data: dataOf(text) }),
    }),
    data: {
      type: 'array',
      minItems: 1,
      items: closed(['secretKey', 'remoteRef'], {
        secretKey: key,
        remoteRef: closed(['key'], { key: text, property: text, version: text }),
      }),
    },
  }),
);

/** @see https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage */
const secretProviderClass = object(
  'secrets-store.csi.x-k8s.io/v1',
  'SecretProviderClass',
  named(),
  closed(['provider', 'parameters'], {
    provider: text,
    parameters: { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
  }),
);

/** By apiVersion and kind. */
export const SECRET_KINDS: Record<string, Schema> = {
  'bitnami.com/v1alpha1/SealedSecret': sealedSecret,
  'external-secrets.io/v1/ExternalSecret': externalSecret,
  'secrets-store.csi.x-k8s.io/v1/SecretProviderClass': secretProviderClass,
};
