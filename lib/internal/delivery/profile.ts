export interface Annotations {
  readonly [key: string]: string;
}

/** What a way of delivery asks of the objects. */
export interface DeliveryProfile {
  /** How it is called in a message. */
  readonly title: string;
  /** Annotations of what a Job stands on: account, role, binding, policy, ConfigMaps, and the objects of the login. */
  readonly foundation: Annotations;
  /** Annotations of the Job. `isFixed` says that its name does not change with its pod template. */
  readonly job: (isFixed: boolean) => Annotations;
  /** Annotations of a rollback's Job that keep the delivery from running it; absent where nothing keeps it. */
  readonly rollbackJob?: Annotations;
  /** Seconds that a finished Job must stay at least; `never` where it must not go by itself. */
  readonly shortestTtl: number | 'never';
  /** Whether an object with these annotations is in place before the Job starts, and how it would be. */
  readonly comesFirst: (annotations: Annotations) => boolean;
  readonly remedy: string;
  /** Whether the text of the manifest is a template. */
  readonly isTemplate: boolean;
}

/** Long enough that a controller which looks, or was restarted, still finds it. */
const SEEN = 60;

export const KUBECTL: DeliveryProfile = {
  title: 'kubectl',
  foundation: {},
  job: () => ({}),
  rollbackJob: {},
  shortestTtl: 0,
  comesFirst: () => true,
  remedy: '',
  isTemplate: false,
};

const HELM_HOOK = 'helm.sh/hook';
const HELM_WEIGHT = 'helm.sh/hook-weight';

/**
 * Helm runs hooks before it creates anything else, so what a hook needs must be one too, of a lower weight. Each is
 * deleted before it is created again, because Helm never updates a hook.
 *
 * @see https://helm.sh/docs/topics/charts_hooks/
 */
export function helmProfile(weight: number): DeliveryProfile {
  const hook = (own: number) => ({
    [HELM_HOOK]: 'pre-install,pre-upgrade',
    [HELM_WEIGHT]: String(own),
    'helm.sh/hook-delete-policy': 'before-hook-creation',
  });
  return {
    title: 'Helm',
    foundation: hook(weight - 1),
    job: () => ({ ...hook(weight), 'helm.sh/hook-output-log-policy': 'hook-succeeded,hook-failed' }),
    shortestTtl: SEEN,
    comesFirst: (annotations) => {
      const events = (annotations[HELM_HOOK] ?? '').split(',').map((event) => event.trim());
      const isBoth = events.includes('pre-install') && events.includes('pre-upgrade');
      return isBoth && numberOf(annotations[HELM_WEIGHT]) < weight;
    },
    remedy: 'call addTo of the delivery with it, or put it into a chart that is installed before',
    isTemplate: true,
  };
}

const ARGO_HOOK = 'argocd.argoproj.io/hook';
const ARGO_WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * The Job is a hook of the phase in which everything else is applied, in a wave of its own: Argo CD runs it at every sync,
 * does not miss it when it is gone, and goes on only when it has passed. What it stands on are plain objects of the wave
 * before, which are updated, never deleted.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function argoCdProfile(wave: number): DeliveryProfile {
  return {
    title: 'Argo CD',
    foundation: { [ARGO_WAVE]: String(wave - 1) },
    job: () => ({
      [ARGO_HOOK]: 'Sync',
      [ARGO_WAVE]: String(wave),
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    }),
    rollbackJob: { [ARGO_HOOK]: 'Skip' },
    shortestTtl: SEEN,
    comesFirst: (annotations) => {
      const phase = annotations[ARGO_HOOK];
      if (phase === 'PreSync') return true;
      return (phase === undefined || phase === 'Sync') && numberOf(annotations[ARGO_WAVE]) < wave;
    },
    remedy: 'call addTo of the delivery with it, or give it a lower wave',
    isTemplate: false,
  };
}

const FLUX = 'kustomize.toolkit.fluxcd.io';

/**
 * Flux keeps what it applied: it makes a Job anew that its TTL has deleted. So the Job stays until the next one has another
 * name. A fixed name needs `force`, because a Job's pod template can't change.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 */
export const FLUX_PROFILE: DeliveryProfile = {
  title: 'Flux',
  // Variables of a Kustomization look like shell's, and SQL is full of dollar signs.
  foundation: { [`${FLUX}/substitute`]: 'disabled' },
  job: (isFixed) => ({
    [`${FLUX}/substitute`]: 'disabled',
    ...(isFixed ? { [`${FLUX}/force`]: 'enabled' } : {}),
  }),
  rollbackJob: { [`${FLUX}/ssa`]: 'Ignore', [`${FLUX}/substitute`]: 'disabled' },
  shortestTtl: 'never',
  // Within milliseconds of the Job, and what its pod misses, the kubelet waits for.
  comesFirst: () => true,
  remedy: '',
  isTemplate: false,
};

/** As Helm and Argo CD read it: what is no number counts as 0. */
function numberOf(text: string | undefined): number {
  return /^[-+]?\d+$/.test(text ?? '') ? Number(text) : 0;
}
