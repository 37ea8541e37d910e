/** Where things lie in the image and in the pod. */
export const Path = {
  /** The migrations folder that is baked into the image. */
  IMAGE_MIGRATIONS: '/app/migrations',
  /** Where a ConfigMap with migrations is mounted instead. */
  MOUNTED_MIGRATIONS: '/var/run/drizzle-gate/migrations',
  /** Where the ConfigMap with the rollback scripts is mounted. */
  MOUNTED_ROLLBACK_SCRIPTS: '/var/run/drizzle-gate/rollback',
  /** Where the trusted root certificates of the database are mounted. */
  MOUNTED_ROOTS: '/var/run/drizzle-gate/ca',
  /** Where the client certificate and its private key are mounted. */
  MOUNTED_CLIENT_CERTIFICATE: '/var/run/drizzle-gate/client-certificate',
  /** Where files with the parts of the login are mounted. */
  MOUNTED_CREDENTIALS: '/var/run/drizzle-gate/credentials',
  /** The runner in the image; its ENTRYPOINT starts it, the manifest gives the command. */
  IMAGE_RUNNER: '/app/runner.cjs',
  /** Where Kubernetes reads the summary of a finished container. */
  TERMINATION_LOG: '/dev/termination-log',
  /** A writable place, bounded, because the root file system is read-only. */
  TMP: '/tmp',
} as const;
