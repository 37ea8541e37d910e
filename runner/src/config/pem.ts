import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { unreadable } from './show-path';

const CERTIFICATE = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[^-]*-----END \1-----/g;
const BEGINS = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const LIST = /-----BEGIN X509 CRL-----[^-]*-----END X509 CRL-----/g;
const LIST_BEGINS = /-----BEGIN X509 CRL-----/g;

/** What a file can't be used for, told of the variable that names it; never with a word of its content. */
export class PemFile {
  private constructor(
    private readonly name: string,
    private readonly bytes: Buffer,
    private readonly problems: string[],
  ) {}

  /** Undefined when it can't be read; `problems` says why. */
  static read(variable: string, path: string, problems: string[]): PemFile | undefined {
    try {
      return new PemFile(`${variable}: ${JSON.stringify(path)}`, readFileSync(path), problems);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isSecret = variable === 'PGSSLKEY';
      problems.push(unreadable(variable, path, { code, remedy: 'mount the file', isSecret }));
      return undefined;
    }
  }

  /** Every certificate of the file, each as PEM text; Node itself would take a file without any as an empty list. */
  certificates(): readonly string[] | undefined {
    const text = this.text();
    const blocks = text.match(CERTIFICATE) ?? [];
    if (blocks.length === 0) return this.refuse(this.whyNoCertificate(text));
    const begun = text.match(BEGINS)?.length ?? 0;
    const damaged = blocks.findIndex((block) => !parses(() => new X509Certificate(block)));
    if (damaged >= 0) return this.refuse(`certificate ${damaged + 1} of ${begun} is damaged; copy it again`);
    if (begun > blocks.length) {
      return this.refuse(`one of the ${begun} certificates in it is cut off or damaged; copy it again`);
    }
    return blocks;
  }

  privateKey(): string | undefined {
    const text = this.text();
    if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
      return this.refuse('is an encrypted private key; decrypt it (openssl pkey -in KEY -out PLAIN)');
    }
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
      return this.refuse(`${this.isEmpty() ? 'is empty' : 'has no private key'}; give one as PEM text`);
    }
    if (!parses(() => createPrivateKey(text))) return this.refuse('has a damaged private key; copy it again');
    return text;
  }

  /** Every list of the file, each as PEM text; of one text with several, Node would read the first and drop the others. */
  revocationLists(): readonly string[] | undefined {
    const text = this.text();
    const begun = text.match(LIST_BEGINS)?.length ?? 0;
    if (begun === 0) {
      return this.refuse(`${this.isEmpty() ? 'is empty' : 'has no revocation list'}; give it as PEM text`);
    }
    const blocks = text.match(LIST) ?? [];
    const damaged = blocks.findIndex((block) => !parses(() => createSecureContext({ crl: [block] })));
    if (damaged >= 0)
      return this.refuse(`revocation list ${damaged + 1} of ${begun} is damaged; copy it again`);
    if (begun > blocks.length) {
      return this.refuse(`one of the ${begun} revocation lists in it is cut off or damaged; copy it again`);
    }
    return blocks;
  }

  private whyNoCertificate(text: string): string {
    if (this.isEmpty()) return 'is empty; put the certificates into it as PEM text';
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
      return 'has a private key and no certificate; give the certificates';
    }
    if (text.match(BEGINS)) return 'has a damaged certificate; copy it again';
    return parses(() => new X509Certificate(this.bytes))
      ? 'is a certificate in DER; convert it (openssl x509 -inform der -in FILE -out PEM)'
      : 'has no certificate; give them as PEM text, each from BEGIN CERTIFICATE to END CERTIFICATE';
  }

  private refuse(what: string): undefined {
    this.problems.push(`${this.name} ${what}`);
    return undefined;
  }

  private isEmpty(): boolean {
    return this.text().trim() === '';
  }

  private text(): string {
    return this.bytes.toString('latin1');
  }
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
