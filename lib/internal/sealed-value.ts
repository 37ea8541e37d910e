/** Sizes of RSA keys in bytes; the controller makes keys of 512. */
const KEY_SIZES = [256, 384, 512, 1024];
const LENGTH_BYTES = 2;
const TAG_BYTES = 16;

/**
 * What can be seen of a value without the controller's key. Its form is the length of the encrypted session key, that
 * key, and the encrypted text with its tag. No message shows the value: it may be a password that nobody sealed.
 *
 * @see https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
export function sealedValueProblem(value: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) {
    return 'is not base64; paste the one line that `kubeseal --raw` prints, without spaces';
  }
  const bytes = Buffer.from(value, 'base64');
  const keySize = bytes.length < LENGTH_BYTES ? 0 : bytes.readUInt16BE(0);
  const textSize = bytes.length - LENGTH_BYTES - keySize - TAG_BYTES;
  if (!KEY_SIZES.includes(keySize) || textSize < 0) {
    return 'is not sealed, and would stand readable in the manifest; seal it with `kubeseal --raw`, and change it if it was committed';
  }
  if (textSize > 0) return undefined;
  return 'is sealed, but empty; seal it again: printf %s "$VALUE" | kubeseal --raw';
}
