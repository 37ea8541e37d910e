import { Size } from 'cdk8s';
import {
  Capability,
  type ContainerResources,
  type ContainerSecurityContextProps,
  Cpu,
  type PodSecurityContextProps,
  SeccompProfileType,
} from 'cdk8s-plus-28';

const ID = 1000;

/** The *restricted* Pod Security Standard; the pod's seccomp profile is a JSON patch. */
export const POD_SECURITY: PodSecurityContextProps = {
  ensureNonRoot: true,
  user: ID,
  group: ID,
  fsGroup: ID,
};

export const CONTAINER_SECURITY: ContainerSecurityContextProps = {
  ensureNonRoot: true,
  user: ID,
  group: ID,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: [Capability.ALL] },
  seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
};

/** Small, and each kind can be replaced by itself. */
export function resourcesWithDefaults(own: ContainerResources = {}): ContainerResources {
  return {
    cpu: own.cpu ?? { request: Cpu.millis(50), limit: Cpu.millis(500) },
    memory: own.memory ?? { request: Size.mebibytes(64), limit: Size.mebibytes(256) },
    ephemeralStorage: own.ephemeralStorage ?? { request: Size.mebibytes(64), limit: Size.mebibytes(256) },
  };
}
