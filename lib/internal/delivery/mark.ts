import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Delivery } from '../../delivery';
import { patchSealedSecretOfHook } from '../json-patches';
import { COMPONENT_LABELS } from '../labels';
import { escapeTemplates } from './escape-templates';
import type { Annotations, DeliveryProfile } from './profile';

export function markFoundation({ _profile }: Delivery, scope: Construct): void {
  for (const object of objectsIn(scope).filter((each) => !isGateJob(each))) {
    annotate(object, _profile.foundation);
    // Helm deletes the hook and makes it anew; the Secret, which the application reads too, must outlive that.
    if (_profile.isTemplate && object.kind === 'SealedSecret') patchSealedSecretOfHook(object);
    escapeOnce(_profile, object);
  }
}

export function markJob({ _profile }: Delivery, job: ApiObject, isFixed: boolean): void {
  annotate(job, _profile.job(isFixed));
  escapeOnce(_profile, job);
}

/** The caller has refused a delivery that nothing keeps from running the rollback. */
export function markRollbackJob({ _profile }: Delivery, job: ApiObject): void {
  annotate(job, _profile.rollbackJob ?? {});
}

/** For what no Job needs: it keeps its place, and nothing in it passes for a template of the delivery. */
export function markBeside({ _profile }: Delivery, scope: Construct): void {
  for (const object of objectsIn(scope)) {
    // As hooks of Helm they would be deleted at each upgrade, and the alerts with them.
    if (!_profile.isTemplate) annotate(object, _profile.foundation);
    escapeOnce(_profile, object);
  }
}

export function objectsIn(scope: Construct): ApiObject[] {
  return scope.node.findAll().filter((each): each is ApiObject => ApiObject.isApiObject(each));
}

/** It has what its own props say. */
function isGateJob({ kind, metadata }: ApiObject): boolean {
  return (
    kind === 'Job' &&
    Object.entries(COMPONENT_LABELS).every(([key, value]) => metadata.getLabel(key) === value)
  );
}

/** What was said of an object already holds. */
function annotate(object: ApiObject, annotations: Annotations): void {
  const present = object.metadata.toJson()?.annotations ?? {};
  for (const [key, value] of Object.entries(annotations)) {
    if (!(key in present)) object.metadata.addAnnotation(key, value);
  }
}

const escaped = new WeakSet<ApiObject>();

function escapeOnce({ isTemplate }: DeliveryProfile, object: ApiObject): void {
  if (!isTemplate || escaped.has(object)) return;
  escaped.add(object);
  escapeTemplates(object);
}
