import type { Fields } from './fields';
import type { Cluster, VolumeFile, VolumePlan } from './pod-plan';
import { quantity } from './quantity';

const DEFAULT_MODE = 0o644;

/** What a volume of the pod holds, as kubelet fills it. */
export function planVolume(volume: Fields, name: string, cluster: Cluster): VolumePlan {
  const plan = volume.has('emptyDir')
    ? memory(volume.inner('emptyDir'))
    : ({ kind: 'files', files: filesOf(volume, name, cluster) } as const);
  volume.end();
  return plan;
}

function memory(emptyDir: Fields): VolumePlan {
  const size = emptyDir.take<string>('sizeLimit');
  emptyDir.only('medium', 'Memory');
  emptyDir.end();
  return { kind: 'memory', bytes: size === undefined ? undefined : quantity(size) };
}

function filesOf(volume: Fields, name: string, cluster: Cluster): VolumeFile[] {
  if (volume.has('configMap')) return keyed(volume.inner('configMap'), 'name', cluster.configMaps);
  if (volume.has('secret')) return keyed(volume.inner('secret'), 'secretName', cluster.secrets);
  if (volume.has('projected')) return projected(volume.inner('projected'), name, cluster);
  const csi = volume.inner('csi');
  csi.need('driver');
  csi.skip({
    readOnly: 'every such mount is',
    volumeAttributes: 'for the driver',
    nodePublishSecretRef: 'too',
  });
  csi.end();
  return provided(name, cluster, DEFAULT_MODE);
}

function provided(name: string, { provided: files = {} }: Cluster, mode: number): VolumeFile[] {
  const own = files[name];
  if (!own) throw new Error(`the test provides no files for the volume ${name}`);
  return Object.entries(own).map(([path, content]) => ({ path, content, mode }));
}

function keyed(
  source: Fields,
  nameField: string,
  objects: Cluster['secrets'],
  modeOfAll = DEFAULT_MODE,
): VolumeFile[] {
  const object = source.need<string>(nameField);
  const optional = source.take<boolean>('optional') ?? false;
  const mode = source.take<number>('defaultMode') ?? modeOfAll;
  const data = objects[object];
  if (!data && !optional) throw new Error(`the volume's ${object} is not there`);
  const items = source.has('items')
    ? source.list('items').map((item) => {
        const [key, path, own] = [
          item.need<string>('key'),
          item.need<string>('path'),
          item.take<number>('mode'),
        ];
        item.end();
        return { key, path, mode: own ?? mode };
      })
    : Object.keys(data ?? {}).map((key) => ({ key, path: key, mode }));
  source.end();
  return items.flatMap(({ key, path, mode: own }) => {
    const content = data?.[key];
    if (content === undefined && !optional) throw new Error(`${object} has no key ${key}`);
    return content === undefined ? [] : [{ path, content, mode: own }];
  });
}

function projected(volume: Fields, name: string, cluster: Cluster): VolumeFile[] {
  const mode = volume.take<number>('defaultMode') ?? DEFAULT_MODE;
  const files = volume.list('sources').flatMap((source) => {
    const own: VolumeFile[] = [];
    if (source.has('configMap'))
      own.push(...keyed(source.inner('configMap'), 'name', cluster.configMaps, mode));
    if (source.has('secret')) own.push(...keyed(source.inner('secret'), 'name', cluster.secrets, mode));
    if (source.has('serviceAccountToken')) {
      const token = source.inner('serviceAccountToken');
      const path = token.need<string>('path');
      token.skip({ audience: 'the test makes the token', expirationSeconds: 'it does not run out' });
      token.end();
      own.push(...provided(name, cluster, mode).filter((file) => file.path === path));
    }
    source.end();
    return own;
  });
  volume.end();
  return files;
}
