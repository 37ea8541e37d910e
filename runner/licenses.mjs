// What the bundle is made of, told to people (THIRD_PARTY_LICENSES.txt) and to programs (bom.cdx.json). Both come
// from what esbuild really put in, and hold no time and no path, so that the same sources give the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Texts and notices that no package carries. */
const KEPT_BY_HAND = join(dirname(fileURLToPath(import.meta.url)), 'licenses');

/** What may go into the image without asking: all of them let everybody use, change and pass it on. */
const ALLOWED = [
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'PostgreSQL', 'Unlicense'],
];

/** These give the work away, with words that name nobody, so that any copy of them serves. */
const NAMES_NOBODY = ['Unlicense'];

const TEXT = /^(licen[cs]e|copying|unlicense|notice)/i;

/**
 * The packages of which at least one byte is in the output, by name.
 *
 * @param inputs folders of `metafile.inputs` are relative to `root`.
 * @throws Error for a package without licence text, or under a licence that is not allowed.
 */
export function packagesIn(metafiles, root, keptByHand = KEPT_BY_HAND) {
  const files = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ),
  );
  const folders = new Set(files.flatMap((path) => folderOf(path) ?? []));
  return [...folders]
    .map((folder) => describe(resolve(root, folder), keptByHand))
    .sort((a, b) => order(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
}

/** Folder of the package that a file belongs to; undefined for our own. A package can lie within another. */
function folderOf(path) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

function describe(folder, keptByHand) {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const subject = `${name}@${version}`;
  checkLicense(subject, license);
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => entry.name)
    .sort(order)
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  if (texts.length === 0 && NAMES_NOBODY.includes(license)) {
    texts.push(readFileSync(join(keptByHand, `${license}.txt`), 'utf8'));
  }
  if (texts.length === 0) {
    throw new Error(
      `${subject} goes into the bundle, but has no licence text to go with it; use a package that has one`,
    );
  }
  const url = typeof repository === 'string' ? repository : repository?.url;
  return { name, version, license, url, texts, contains: contentsOf(name, version, keptByHand) };
}

/** @throws Error unless one of the licences to choose from is allowed. */
function checkLicense(subject, license) {
  const choices = String(license)
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ');
  if (choices.some((choice) => ALLOWED.includes(choice))) return;
  const named = license === undefined ? 'no licence' : JSON.stringify(license);
  throw new Error(`${subject} goes into the bundle under ${named}; allowed are ${ALLOWED.join(', ')}`);
}

/**
 * What is compiled into a package whose own files do not say so.
 *
 * @throws Error when that was looked up for another version.
 */
function contentsOf(name, version, keptByHand) {
  const folder = `${name.replace('/', '+')}@${version}`;
  const known = readdirSync(keptByHand).filter(
    (entry) => entry.slice(0, entry.lastIndexOf('@')) === name.replace('/', '+'),
  );
  if (known.length === 0) return [];
  if (!existsSync(join(keptByHand, folder))) {
    throw new Error(
      `what ${name} contains was looked up for ${known.join(', ')}, and this is ${version}; look whether it is still so, and rename the folder in runner/licenses`,
    );
  }
  const contents = JSON.parse(readFileSync(join(keptByHand, folder, 'contents.json'), 'utf8'));
  return contents.map(({ text, ...rest }) => {
    checkLicense(`${rest.name} in ${name}`, rest.license);
    return { ...rest, texts: [readFileSync(join(keptByHand, folder, text), 'utf8')] };
  });
}

/** Every notice that must go along with the bundle. */
export function licensesText(packages) {
  const all = packages.flatMap((each) => [
    { ...each, title: `${each.name} ${each.version}` },
    ...each.contains.map((part) => ({ ...part, title: `${part.name} (compiled into ${each.name})` })),
  ]);
  const line = '-'.repeat(78);
  const parts = all.map(({ title, license, texts }) =>
    [line, `${title}: ${license}`, line, '', ...texts.map((text) => `${withLf(text).trim()}\n`)].join('\n'),
  );
  return `What is in this program besides its own code, and the notices of its authors.\n\n${parts.join('\n')}`;
}

/** The same as a CycloneDX document. Its serial number is made of its content: readers require one. */
export function billOfMaterials({ name, version, license }, packages) {
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, licenses: licenses(license) } },
    components: packages.map((each) => ({
      'bom-ref': purl(each),
      ...{ type: 'library', name: each.name, version: each.version, purl: purl(each) },
      licenses: licenses(each.license),
      ...(each.url ? { externalReferences: [{ type: 'vcs', url: each.url }] } : {}),
      ...(each.contains.length > 0 ? { components: each.contains.map(component) } : {}),
    })),
  };
  const digest = createHash('sha256').update(JSON.stringify(bom)).digest('hex');
  const uuid = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`];
  const serialNumber = `urn:uuid:${[...uuid, `8${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-')}`;
  return `${JSON.stringify({ ...bom, serialNumber }, undefined, 2)}\n`;
}

function component({ name, license }) {
  return { type: 'library', name, licenses: licenses(license) };
}

function licenses(license) {
  return [license.includes(' ') ? { expression: license } : { license: { id: license } }];
}

function purl({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function withLf(text) {
  return text.replace(/\r\n?/g, '\n');
}

/** By code unit: the order of a locale is not the same everywhere. */
function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
