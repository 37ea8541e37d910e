import { Path } from '../../../core/contract';

export interface ServiceImage {
  /** The runner's image, by version or digest. */
  readonly base: string;
  /** The migrations folder, from the build context on, with "/"; `.` is the context itself. */
  readonly folder: string;
  /** Version of the command that writes it. */
  readonly version: string;
}

/** Files of whatever kind, hidden ones too; a folder that is left out whole would keep what is in it from the next lines. */
const NOT_NEEDED = ['**/*.*', '**/node_modules'];

/** What the runner reads: the SQL of migrations and rollbacks, and the journal of the 0.x layout. */
const NEEDED = ['**/*.sql', 'meta/_journal.json'];

/** A Dockerfile that adds migrations to the runner: user, start and everything else come from its base. */
export function renderDockerfile({ base, folder, version }: ServiceImage): string {
  const [from, to] = [folder === '.' ? './' : folder, Path.IMAGE_MIGRATIONS];
  const copied = /\s/.test(from) ? JSON.stringify([from, to]) : `${from} ${to}`;
  return [
    `# Written by drizzle-gate ${version}: the runner, with the migrations of this repository.`,
    `FROM ${base}`,
    '# Root owns them and everybody may read them, however strict the umask of the checkout was.',
    `COPY --chown=0:0 --chmod=0755 ${copied}`,
    '# The labels of the base say what the runner is; these say what this image is.',
    'LABEL org.opencontainers.image.title="database migrations" \\',
    '      org.opencontainers.image.description="drizzle-gate with the migrations of one database" \\',
    '      org.opencontainers.image.licenses=""',
    '',
  ].join('\n');
}

/** What goes with it: only the migrations reach the builder, and no private file among them. */
export function renderIgnoreFile({ folder }: ServiceImage): string {
  const [only, within] = folder === '.' ? [['Dockerfile*'], ''] : [['*', `!${folder}`], `${folder}/`];
  const lines = [
    ...only,
    ...NOT_NEEDED.map((name) => `${within}${name}`),
    ...NEEDED.map((name) => `!${within}${name}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Where builders look for it. */
export function ignoreFileOf(dockerfile: string): string {
  return `${dockerfile}.dockerignore`;
}

/** Why a Dockerfile can't name a folder, or nothing. */
export function folderProblem(folder: string): string | undefined {
  const shown = JSON.stringify(folder);
  if (/^\.\.(\/|$)/.test(folder)) {
    return `${shown} lies outside of the build context; run this in a folder that holds both, or give --context`;
  }
  const [character] = /[*?[\]\\$"']|^[#!]/.exec(folder) ?? [];
  if (character === undefined) return undefined;
  return `${shown} has ${JSON.stringify(character)} in its name, which a Dockerfile reads as something else; rename the folder`;
}
