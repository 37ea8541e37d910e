import {
  type ContainerProps,
  ContainerRestartPolicy,
  type EnvValue,
  type ImagePullPolicy,
} from 'cdk8s-plus-28';
import type { ProxySidecar } from '../credentials';
import { CONTAINER_SECURITY } from './hardening';

/** A proxy as cdk8s-plus writes it, hardened; its resources are written by a JSON patch. */
export function sidecarContainer(
  { _options }: ProxySidecar,
  imagePullPolicy: ImagePullPolicy,
): ContainerProps {
  const { name, image, args, env } = _options;
  return {
    ...{ name, image, imagePullPolicy, args },
    envVariables: env as { [name: string]: EnvValue } | undefined,
    resources: {},
    securityContext: CONTAINER_SECURITY,
    restartPolicy: ContainerRestartPolicy.ALWAYS,
  };
}
