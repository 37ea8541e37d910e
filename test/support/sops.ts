import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { armor, Decrypter, Encrypter } from 'age-encryption';

/**
 * What `sops encrypt` and `sops decrypt` do with a YAML document and age keys: each value alone, bound to its path, and a
 * MAC over all values. Real sops opens what this makes, and the reverse.
 *
 * @see https://github.com/getsops/sops
 */
export interface SopsMetadata {
  readonly age: readonly { readonly recipient: string; readonly enc: string }[];
  readonly lastmodified: string;
  readonly mac: string;
  readonly encrypted_regex: string;
  readonly version: string;
}
export type Tree = { readonly [key: string]: unknown };
type Encrypted = Tree & { readonly sops: SopsMetadata };

const VALUE = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(str|int|float|bool)\]$/s;

export async function encryptTree(tree: Tree, recipient: string, encryptedRegex: string): Promise<Encrypted> {
  const key = randomBytes(32);
  const isEncrypted = new RegExp(encryptedRegex);
  const digest = createHash('sha512');
  const encrypted = walk(tree, [], (value, path) => {
    digest.update(textOf(value));
    return path.some((name) => isEncrypted.test(name))
      ? encryptValue(value, key, `${path.join(':')}:`)
      : value;
  }) as Tree;
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const lastmodified = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const sops: SopsMetadata = {
    age: [{ recipient, enc: armor.encode(await encrypter.encrypt(new Uint8Array(key))) }],
    lastmodified,
    mac: String(encryptValue(digest.digest('hex').toUpperCase(), key, lastmodified)),
    encrypted_regex: encryptedRegex,
    version: '3.13.2',
  };
  return { ...encrypted, sops };
}

/** @throws Error with another key, and when a value or the MAC does not fit. */
export async function decryptTree({ sops, ...tree }: Encrypted, identity: string): Promise<Tree> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const key = Buffer.from(await decrypter.decrypt(armor.decode(sops.age[0]?.enc ?? '')));
  const isEncrypted = new RegExp(sops.encrypted_regex);
  const digest = createHash('sha512');
  const plain = walk(tree, [], (value, path) => {
    const found = path.some((name) => isEncrypted.test(name))
      ? decryptValue(String(value), key, `${path.join(':')}:`)
      : value;
    digest.update(textOf(found));
    return found;
  }) as Tree;
  const mac = decryptValue(sops.mac, key, sops.lastmodified);
  if (mac !== digest.digest('hex').toUpperCase()) throw new Error('MAC mismatch');
  return plain;
}

function walk(
  node: unknown,
  path: readonly string[],
  leaf: (value: unknown, path: readonly string[]) => unknown,
): unknown {
  if (Array.isArray(node)) return node.map((item) => walk(item, path, leaf));
  if (typeof node !== 'object' || node === null) return leaf(node, path);
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, walk(value, [...path, key], leaf)]),
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function typeOf(value: unknown): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int' : 'float';
}

/** An empty text stays as it is. */
function encryptValue(value: unknown, key: Buffer, data: string): unknown {
  if (value === '') return '';
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(data));
  const text = Buffer.concat([cipher.update(textOf(value)), cipher.final()]);
  const [encoded, start, tag] = [text, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${encoded},iv:${start},tag:${tag},type:${typeOf(value)}]`;
}

function decryptValue(value: string, key: Buffer, data: string): unknown {
  if (value === '') return '';
  const [, encoded, iv, tag, type] = VALUE.exec(value) ?? [];
  if (!encoded || !iv || !tag) throw new Error('a value is not encrypted');
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes(iv), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(data));
  decipher.setAuthTag(bytes(tag));
  const text = Buffer.concat([decipher.update(bytes(encoded)), decipher.final()]).toString();
  if (type === 'bool') return text === 'True';
  return type === 'str' ? text : Number(text);
}
