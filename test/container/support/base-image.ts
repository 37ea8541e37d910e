import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { engine } from './engine';

/** Shaped like distroless: node outside the PATH, and a start folder that only another user may enter. */
export const BASE = 'localhost/drizzle-gate-test-base:nonroot';
/** Shaped like most others: node where every PATH has it. */
export const OTHER_BASE = 'localhost/drizzle-gate-test-other-base:1';

/** Node and its libraries, which are large, so that both bases share them. */
const COMMON = 'localhost/drizzle-gate-test-node:1';
const NODE = '/opt/node/bin/node';

const DOCKERFILES: readonly (readonly [image: string, lines: readonly string[]])[] = [
  [
    COMMON,
    ['FROM scratch', 'COPY root/ /', 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ],
  [
    BASE,
    [
      ...[`FROM ${COMMON}`, 'COPY nodejs/ /nodejs/'],
      'COPY --chown=65532:65532 --chmod=0700 home /home/nonroot',
      ...['USER 65532', 'WORKDIR /home/nonroot', 'ENTRYPOINT ["/nodejs/bin/node"]'],
    ],
  ],
  [OTHER_BASE, [`FROM ${COMMON}`, 'COPY usr/ /usr/', 'CMD ["node"]']],
];

/** Makes both bases from the node that runs this and its libraries: no registry is needed. */
export async function buildBases(folder: string): Promise<void> {
  const context = join(folder, 'base');
  mkdirSync(join(context, 'root', 'tmp'), { recursive: true });
  chmodSync(join(context, 'root', 'tmp'), 0o1777);
  for (const library of librariesOf(process.execPath)) {
    place(realpathSync(library), join(context, 'root', library));
  }
  place(realpathSync(process.execPath), join(context, 'root', NODE));
  for (const bin of ['nodejs/bin', 'usr/local/bin']) {
    mkdirSync(join(context, bin), { recursive: true });
    symlinkSync(NODE, join(context, bin, 'node'));
  }
  mkdirSync(join(context, 'home'));
  writeFileSync(join(context, 'home', '.profile'), '');
  for (const [image, lines] of DOCKERFILES) {
    const file = join(context, 'Dockerfile');
    writeFileSync(file, lines.join('\n'));
    await engine(['build', '--quiet', '--tag', image, '--file', file, context]);
  }
}

function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or one without hard links.
    copyFileSync(from, to);
  }
}

function librariesOf(program: string): string[] {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}
