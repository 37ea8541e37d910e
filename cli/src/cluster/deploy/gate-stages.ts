import { GateError } from '../../../../runner/src/errors/gate-error';
import { gateKindOf } from '../apply/gate-kind';
import type { ManifestObject } from '../apply/manifest-object';
import { type Stages, stagesOf } from '../apply/stages';

/** The stages of a deployment. @throws GateError (64) when there is no gate, or one that undoes the other. */
export function gateStages(objects: readonly ManifestObject[]): Stages {
  const stages = stagesOf(objects);
  const kinds = new Set(stages.gates.map(gateKindOf));
  if (kinds.size === 0) {
    throw new GateError('USAGE', 'there is no migration Job among these objects', {
      remedy:
        'give the files that the chart with DatabaseMigration synthesizes; what has no gate is applied with kubectl',
    });
  }
  if (kinds.size > 1) {
    throw new GateError(
      'USAGE',
      'there are a migration and a rollback among these objects, which undo each other',
      {
        remedy: 'deploy one of them; to roll back, use drizzle-gate rollback run',
      },
    );
  }
  return stages;
}
