import { forgetAmbientConnection } from './ambient-connection';
import type { Manifest } from './manifest';

export interface Announcement {
  readonly manifests: readonly Manifest[];
  /** The folder that stands in for that in the image. */
  readonly migrations: string;
  /** Whether it is another one than the manifests were made for. */
  readonly isOther: boolean;
}

/** Says what is run and on what, and takes the connection of this shell out of the environment. */
export function announce(
  { manifests, migrations, isOther }: Announcement,
  print: (line: string) => void,
): void {
  print('drizzle-gate rehearse: the synthesized manifests, run here as local processes\n');
  const listed = new Set<string>();
  for (const { path, objects } of manifests) {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const others = names.filter((name) => !listed.has(name));
    print(
      `${path}: ${others.join(', ')}${others.length < names.length ? ', and the same objects again' : ''}`,
    );
    for (const name of names) listed.add(name);
  }
  print(`migrations: ${migrations}`);
  if (isOther) {
    print(
      '  instead of those in the image: digest, rollback scripts and target of the manifests are replaced by its own',
    );
  }
  const ambient = forgetAmbientConnection(process.env);
  if (ambient.length > 0) {
    print(`${ambient.join(', ')} of this shell: ignored, a rehearsal never touches that database`);
  }
  const [manifest] = manifests;
  const secrets = new Set(
    (manifest?.job.spec.template.spec.containers ?? []).flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
    ),
  );
  for (const secret of secrets) print(`Secret ${secret}: answered with the rehearsal's own database`);
}
