import type { AwsProvidedSecret, AwsProviderOptions, JsonFieldFile } from '../../credentials';
import { Problems, shown } from '../problems';
import { checkClass, checkedMode, checkNotEmpty, given, type ProviderParts, yaml } from './provider-parts';

/** @see https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options */
export function awsProvider(options: AwsProviderOptions): ProviderParts {
  const problems = new Problems();
  const { name, secrets, region, failoverRegion, usePodIdentity } = options;
  const files = secrets.flatMap(({ fields = [], whole }) => [
    ...fields.map(({ file }) => file),
    ...(whole ? [whole.file] : []),
  ]);
  checkClass(problems, name, files);
  checkNotEmpty(problems, { region, failoverRegion });
  const names = secrets.filter(({ whole }) => !whole).map((secret) => secret.name);
  for (const twice of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.add('secrets', `${shown(twice)} stands there twice; give all of its fields in one`);
  }
  const objects = secrets.map((secret) => awsObject(problems, secret));
  problems.throwIfAny();
  return {
    provider: 'aws',
    parameters: given({
      region,
      failoverRegion,
      usePodIdentity: usePodIdentity ? 'true' : undefined,
      objects: yaml(objects),
    }),
    files,
  };
}

function awsObject(problems: Problems, { name, type, fields = [], whole }: AwsProvidedSecret) {
  checkNotEmpty(problems, { name });
  if (fields.length === 0 && !whole) {
    problems.add('secrets', `${shown(name)} becomes no file; give fields or whole`);
  }
  return {
    objectName: name,
    objectType: type ?? 'secretsmanager',
    objectAlias: whole?.file,
    filePermission: whole && checkedMode(problems, whole),
    jmesPath: fields.length === 0 ? undefined : fields.map((field) => jmesEntry(problems, field)),
  };
}

function jmesEntry(problems: Problems, options: JsonFieldFile) {
  const { field, file } = options;
  checkNotEmpty(problems, { field });
  return {
    path: file === 'PGPORT' ? asText(jmesPath(field)) : jmesPath(field),
    objectAlias: file,
    filePermission: checkedMode(problems, options),
  };
}

/** The provider takes only strings, and RDS writes the port as a number; what is absent stays an error. */
function asText(path: string): string {
  return `${path} && to_string(${path})`;
}

/** A name that JMESPath would take for an expression is quoted; so `a-b` is not a minus b. */
function jmesPath(field: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(field) ? field : JSON.stringify(field);
}
