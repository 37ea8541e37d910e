import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { JOB_NAME_LABEL } from './labels';
import { literal } from './literal';

/** What a run record says of where it ran; it is known here and to the kubelet alone. */
export function runPlace(image: string): { [name: string]: EnvValue } {
  return {
    JOB_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_LABEL, { key: JOB_NAME_LABEL }),
    POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
    IMAGE: literal(image),
  };
}
