/** Values that a person never chose, by what they look like: some step between the secret store and the pod is missing. */
const SHAPES: readonly [looksSo: (value: string) => boolean, reason: string][] = [
  [
    (value) => value.includes('ENC[AES256_GCM,'),
    'was never decrypted: it is the text that sops writes; decrypt the file before it is applied',
  ],
  [
    (value) => value.includes('<no value>'),
    'has "<no value>" in it, which a template writes for a field that is not there; correct the name of the field in the template',
  ],
  // 512 bytes of an encrypted key, after their length.
  [
    (value) => value.length > 600 && /^Ag[A-D][A-Za-z0-9+/]{600,}={0,2}$/.test(value),
    'is a sealed value; give it as encryptedData of a SealedSecret, whose controller decrypts it',
  ],
  // "postgre" in base64.
  [
    (value) => value.startsWith('cG9zdGdyZ'),
    'is base64 text of a URL: it was encoded twice, or it stands encoded in stringData; encode it once, or give it as it is',
  ],
];

/** Why a value can't be what was meant; undefined when nothing speaks against it. The value itself is never told. */
export function notDelivered(value: string): string | undefined {
  return SHAPES.find(([looksSo]) => looksSo(value))?.[1];
}
