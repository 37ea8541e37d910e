import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type SealedSecretOptions, SealedSecretScope } from '../../credentials/sealed-secret';
import { URL_VARIABLE } from '../connection-names';
import { LOGIN_LABELS } from '../labels';
import type { Login } from '../login';
import { Problems, shown } from '../problems';
import { sealedValueProblem } from '../sealed-value';
import { choiceProblem, dataKeyProblem, labelKeyProblem, labelProblems } from '../syntax';
import { withoutNothing } from '../without-nothing';
import { missingKey, secretKeysLogin, urlSecretLogin } from './secret';

/** The controller looks only at these annotations of the SealedSecret, and only at the value "true". */
const SCOPE_ANNOTATION: { readonly [scope in SealedSecretScope]?: string } = {
  'namespace-wide': 'sealedsecrets.bitnami.com/namespace-wide',
  'cluster-wide': 'sealedsecrets.bitnami.com/cluster-wide',
};

export function sealedSecretLogin(options: SealedSecretOptions): Login {
  const { name, encryptedData, urlKey, keys } = options;
  const problems = new Problems();
  const sealedKeys = Object.keys(encryptedData);
  for (const key of sealedKeys) {
    problems.check('encryptedData', dataKeyProblem(key));
    const problem = sealedValueProblem(String(encryptedData[key]));
    if (problem) problems.add('encryptedData', `the value of ${shown(key)} ${problem}`);
  }
  problems.check('scope', choiceProblem(options.scope, SealedSecretScope));
  checkAnnotations(problems, options);
  if (urlKey !== undefined && keys !== undefined) {
    problems.add('urlKey', `${shown(urlKey)} stands beside keys; leave one of them out`);
  }
  const url = urlKey ?? URL_VARIABLE;
  if (!keys && !sealedKeys.includes(url)) problems.add('encryptedData', missingKey(url, sealedKeys));
  const login = problems.attempt(
    () => (keys ? secretKeysLogin(name, keys, sealedKeys) : urlSecretLogin(name, url)),
    { secretName: 'name', key: 'urlKey' },
  );
  problems.throwIfAny();
  return { ...login, makeObjects: (scope) => makeSealedSecret(scope, options) };
}

function checkAnnotations(problems: Problems, options: SealedSecretOptions): void {
  const { scope, annotations = {}, secretAnnotations = {}, secretLabels = {} } = options;
  for (const [prop, given] of Object.entries({ annotations, secretAnnotations })) {
    for (const key of Object.keys(given)) problems.check(prop, labelKeyProblem(key));
    for (const [named, annotation] of Object.entries(SCOPE_ANNOTATION)) {
      if (annotation in given && (scope !== named || given[annotation] !== 'true')) {
        const asked = shown(scope ?? 'strict');
        problems.add(prop, `${shown(annotation)} contradicts scope ${asked}; leave it out and set scope`);
      }
    }
  }
  for (const text of labelProblems(secretLabels)) problems.add('secretLabels', text);
}

/** Name and namespace are part of what was sealed: neither is ever derived. */
function makeSealedSecret(scope: Construct, options: SealedSecretOptions): void {
  const { name, encryptedData, annotations, secretAnnotations, secretLabels } = options;
  const annotation = options.scope && SCOPE_ANNOTATION[options.scope];
  const ofScope = annotation ? { [annotation]: 'true' } : {};
  const { namespace } = Chart.of(scope);
  if (namespace === undefined && options.scope !== 'cluster-wide') {
    const problems = new Problems();
    problems.add(
      'namespace',
      `the chart has none, but the values of the SealedSecret ${shown(name)} open only in the one that they were sealed for; give it to the chart`,
    );
    problems.throwIfAny();
  }
  new ApiObject(scope, 'SealedSecret', {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, labels: LOGIN_LABELS, annotations: withoutNothing({ ...annotations, ...ofScope }) },
    spec: {
      encryptedData: { ...encryptedData },
      template: {
        type: 'Opaque',
        metadata: withoutNothing({
          annotations: withoutNothing({ ...secretAnnotations, ...ofScope }),
          labels: withoutNothing({ ...secretLabels }),
        }),
      },
    },
  });
}
