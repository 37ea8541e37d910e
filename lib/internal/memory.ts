import { SizeRoundingBehavior } from 'cdk8s';
import { type ContainerResources, EnvValue } from 'cdk8s-plus-28';

/** The rest is for what is no JavaScript object: the node program, PostgreSQL's parser, buffers. */
const SHARE_OF_HEAP = 0.6;

/**
 * Ends a heap that grows too far with V8's own message instead of the kernel's SIGKILL, which leaves no
 * word: below a limit of some 430 MiB Node would take a heap as large as the whole container.
 */
export function heapLimit({ memory }: ContainerResources): { readonly NODE_OPTIONS?: EnvValue } {
  const limit = memory?.limit?.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
  if (limit === undefined) return {};
  return { NODE_OPTIONS: EnvValue.fromValue(`--max-old-space-size=${Math.floor(limit * SHARE_OF_HEAP)}`) };
}
