import { argoCdWaves, fluxOrder, helmOrder } from '../support/delivery-order';
import { expectValid } from '../support/synth';
import { synthExample } from '../support/synth-example';

test('examples/delivery: each object passes the checks, and each delivery runs the Job after what it stands on', async () => {
  const made = await synthExample('delivery');
  const files = ['argo-cd.k8s.yaml', 'flux.k8s.yaml', 'helm.k8s.yaml', 'kubectl.k8s.yaml'];
  expect(Object.keys(made).sort()).toEqual(files);
  for (const object of Object.values(made).flat()) expectValid(object);
  const [argoCd = [], flux = [], helm = [], kubectl = []] = files.map((file) => made[file]);
  expect(argoCdWaves(argoCd).at(-1)).toEqual(['Job']);
  expect(helmOrder(helm, 'pre-install').hooks.at(-1)).toBe('Job');
  expect(helmOrder(helm, 'pre-install').rest).toEqual([]);
  expect(kubectl.at(-1)?.kind).toBe('Job');
  expect(fluxOrder(flux)).toHaveLength(6);
});
