/** Official image, with a version; any PostgreSQL from 14 on will do. */
const POSTGRES_IMAGE = 'docker.io/library/postgres:17.6';

export type Identity = 'deployer' | 'admin';

/** What the environment says about the cluster; README.md beside this folder has the table. */
export interface Settings {
  /** An image that the nodes have or can pull; without it one is built. */
  readonly image: string | undefined;
  /** The second release's image. */
  readonly imageNext: string | undefined;
  /** Shell command that builds `$IMAGE`, in place of docker or podman. */
  readonly buildImage: string | undefined;
  /** Shell command that brings `$IMAGE`, or the archive `$IMAGE_ARCHIVE`, to the nodes. */
  readonly loadImage: string | undefined;
  /** A server outside the cluster, by an administrator's URL, and the range in which pods find it. */
  readonly database: { readonly url: string; readonly cidr: string } | undefined;
  readonly postgresImage: string;
  /** Shell command that restarts the API server. */
  readonly restartApi: string | undefined;
  /** As whom the command works: the account of CI with the shipped Role, or whoever the kubeconfig names. */
  readonly identity: Identity;
  /** Leaves everything in the cluster, for looking. */
  readonly keep: boolean;
  /** Folder for recordings of what the command and the API server said to each other. */
  readonly record: string | undefined;
  /** Test files that run at once. */
  readonly workers: number;
}

/** @throws Error with every problem. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const problems: string[] = [];
  const text = (name: string) => env[name]?.trim() || undefined;
  const url = text('E2E_DATABASE_URL');
  const cidr = text('E2E_DATABASE_CIDR');
  if ((url === undefined) !== (cidr === undefined)) {
    problems.push('E2E_DATABASE_URL and E2E_DATABASE_CIDR belong together; set both or neither');
  }
  const image = text('E2E_IMAGE');
  const imageNext = text('E2E_IMAGE_NEXT');
  if ((image === undefined) !== (imageNext === undefined)) {
    problems.push(
      'E2E_IMAGE and E2E_IMAGE_NEXT belong together: two tags, which may mean one image; set both or neither',
    );
  }
  const identity = text('E2E_IDENTITY') ?? 'deployer';
  if (identity !== 'deployer' && identity !== 'admin') {
    problems.push(
      `E2E_IDENTITY: ${JSON.stringify(identity)} is neither "deployer" nor "admin"; give one of them`,
    );
  }
  const workers = Number(text('E2E_WORKERS') ?? 3);
  if (!Number.isInteger(workers) || workers < 1) {
    problems.push(`E2E_WORKERS: ${JSON.stringify(env.E2E_WORKERS)} is not a whole number from 1 on`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    image,
    imageNext,
    buildImage: text('E2E_BUILD_IMAGE'),
    loadImage: text('E2E_LOAD_IMAGE'),
    database: url !== undefined && cidr !== undefined ? { url, cidr } : undefined,
    postgresImage: text('E2E_POSTGRES_IMAGE') ?? POSTGRES_IMAGE,
    restartApi: text('E2E_RESTART_API'),
    identity: identity === 'admin' ? 'admin' : 'deployer',
    keep: text('E2E_KEEP') === 'true',
    record: text('E2E_RECORD'),
    workers,
  };
}
