import type { Construct } from 'constructs';
import { markFoundation } from '../internal/delivery/mark';
import {
  argoCdProfile,
  type DeliveryProfile,
  FLUX_PROFILE,
  helmProfile,
  KUBECTL,
} from '../internal/delivery/profile';
import { Problems, shown } from '../internal/problems';

export interface HelmDeliveryOptions {
  /**
   * Weight of the Job among the hooks of the chart; what it stands on has one less.
   * @default 0
   */
  readonly weight?: number;
}

export interface ArgoCdDeliveryOptions {
  /**
   * Wave of the Job; what it stands on is in the wave before. The application must be in a later one, as it is where it
   * names none.
   * @default -1
   */
  readonly wave?: number;
}

/**
 * Who applies the manifests, and so what keeps the order: login, account and policy first, then the Job, then the
 * application, and never a rollback.
 *
 * @see docs/delivery.md
 */
export class Delivery {
  /**
   * A person or a pipeline, with `drizzle-gate deploy` or `kubectl apply`. The order of the file is that of the objects,
   * and every change is a new Job, because its name holds a hash.
   */
  public static kubectl(): Delivery {
    return new Delivery(KUBECTL);
  }

  /**
   * A chart of Helm: all objects are hooks of `helm install` and `helm upgrade`, which wait for the Job, at most
   * `--timeout`. What would be a template of Helm is escaped, so that the file can stand in `templates/` as it is.
   *
   * @throws Error when the weight is no whole number.
   */
  public static helm(options: HelmDeliveryOptions = {}): Delivery {
    return new Delivery(helmProfile(wholeNumber('weight', options.weight ?? 0)));
  }

  /**
   * An Application of Argo CD: the Job is a hook of the sync, in a wave of its own, and runs at every sync.
   *
   * @throws Error when the wave is no whole number.
   */
  public static argoCd(options: ArgoCdDeliveryOptions = {}): Delivery {
    return new Delivery(argoCdProfile(wholeNumber('wave', options.wave ?? -1)));
  }

  /**
   * A Kustomization of Flux with `wait: true`, on which the application's Kustomization depends. The Job has no TTL,
   * because Flux would run it anew.
   */
  public static flux(): Delivery {
    return new Delivery(FLUX_PROFILE);
  }

  private constructor(
    /** @internal */
    public readonly _profile: DeliveryProfile,
  ) {}

  /**
   * Says of every object in `scope` that it comes before the Job: for those that are made beside the constructs of this
   * library, such as a MigrationFiles or a Secret's maker of your own. Annotations that an object has already are kept.
   */
  public addTo(scope: Construct): void {
    markFoundation(this, scope);
  }
}

function wholeNumber(option: string, value: number): number {
  const problems = new Problems();
  if (!Number.isInteger(value)) {
    problems.add(option, `${shown(value)} is no whole number; give one, for example -1`);
  }
  problems.throwIfAny();
  return value;
}
