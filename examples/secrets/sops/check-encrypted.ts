// Finds what stands readable below a secrets/ folder: `npx tsx check-encrypted.ts secrets`, in CI and before each commit.
// It needs the packages `tsx` and `yaml`. No message shows a value.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';

interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly items?: readonly Manifest[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly stringData?: Readonly<Record<string, unknown>>;
  readonly sops?: { readonly mac?: string };
}

/** Text for people and programs; what else lies there is read, or refused. */
const IGNORED = /\.(md|[mc]?[jt]s)$|^\.sops\.yaml$/;

/** One line for each problem of a file. */
export function problemsOf(path: string, text: string): string[] {
  if (IGNORED.test(basename(path))) return [];
  if (!/\.(ya?ml|json)$/.test(path))
    return [`${path}: only YAML and JSON are known here; encrypt it, or move it away`];
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) return [`${path}: not YAML; correct it`];
    return documentProblems(document.toJS() as Manifest | null).map((problem) => `${path}: ${problem}`);
  });
}

function documentProblems(object: Manifest | null): string[] {
  if (typeof object !== 'object' || object === null) return [];
  if (object.kind === 'List') return (object.items ?? []).flatMap(documentProblems);
  if (object.kind !== 'Secret') {
    // A SealedSecret or an ExternalSecret says nothing that nobody may read.
    return object.kind || object.sops?.mac
      ? []
      : ['no object of Kubernetes, and not encrypted; run `sops encrypt --in-place`'];
  }
  const name = object.metadata?.name ?? '(no name)';
  const leaves = Object.entries({ ...object.data, ...object.stringData });
  return leaves.flatMap(([key, value]) => {
    if (value === '') return [`Secret ${name}: the value of ${key} is empty`];
    if (/^ENC\[AES256_GCM,data:.+\]$/s.test(String(value)) && object.sops?.mac) return [];
    return [
      `Secret ${name}: the value of ${key} is readable; run \`sops encrypt --in-place\`, and change the value if it was committed`,
    ];
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folders = process.argv.slice(2);
  const missing = folders.filter((folder) => !existsSync(folder));
  const problems = [
    ...(folders.length === 0 ? ['give a folder: npx tsx check-encrypted.ts secrets'] : []),
    ...missing.map((folder) => `${folder}: no such folder`),
    ...folders
      .filter((folder) => !missing.includes(folder))
      .flatMap(filesIn)
      .flatMap((path) => problemsOf(path, readFileSync(path, 'utf8'))),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
