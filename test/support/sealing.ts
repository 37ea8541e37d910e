import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyLike,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';

/** What `kubeseal --raw` does with a value, and the controller of Sealed Secrets: the label binds it to its scope. */
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
const NONCE = Buffer.alloc(12);
const TAG = 16;

export function controllerKeys() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** @param label `namespace/name`, `namespace` or nothing, by scope */
export function seal(key: KeyLike, value: string, label: string): string {
  const sessionKey = randomBytes(32);
  const encryptedKey = publicEncrypt({ key, ...padding, oaepLabel: Buffer.from(label) }, sessionKey);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedKey.length);
  const cipher = createCipheriv('aes-256-gcm', sessionKey, NONCE);
  const text = Buffer.concat([cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([length, encryptedKey, text]).toString('base64');
}

export function unseal(key: KeyLike, sealed: string, label: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const end = 2 + bytes.readUInt16BE(0);
  const encryptedKey = bytes.subarray(2, end);
  const sessionKey = privateDecrypt({ key, ...padding, oaepLabel: Buffer.from(label) }, encryptedKey);
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, NONCE);
  decipher.setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([decipher.update(bytes.subarray(end, -TAG)), decipher.final()]).toString();
}
