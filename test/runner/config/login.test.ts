import { readSettings } from '../../../runner/src/config/settings';

const HOST = 'db.abc.eu-central-1.rds.amazonaws.com';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'key-secret' };
const BASE = { PGHOST: HOST, PGDATABASE: 'app', PGUSER: 'me', PGSSLMODE: 'require' };
const AWS = { ...BASE, DATABASE_LOGIN: 'aws-rds-iam' };
const AZURE = {
  ...{ ...BASE, PGHOST: 'db', DATABASE_LOGIN: 'azure-entra', AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't' },
  AZURE_FEDERATED_TOKEN_FILE: '/run/token',
};
const IRSA = { ...AWS, AWS_ROLE_ARN: 'arn:aws:iam::1:role/x', AWS_WEB_IDENTITY_TOKEN_FILE: '/run/token' };
const agent = (uri: string) => ({ ...AWS, AWS_CONTAINER_CREDENTIALS_FULL_URI: uri });

describe('how the role logs in', () => {
  test.each<[string, Record<string, string>, object]>([
    ['with a password', BASE, { kind: 'password' }],
    [
      'with keys',
      { ...AWS, ...KEYS },
      { kind: 'aws-rds-iam', region: 'eu-central-1', source: { kind: 'keys' } },
    ],
    [
      'in a region that is set',
      { ...AWS, ...KEYS, PGHOST: 'db', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'x' },
      { region: 'us-east-1' },
    ],
    [
      'in the region of the host, from a cluster in another',
      { ...IRSA, AWS_REGION: 'us-east-1', PGHOST: 'db.abc.us-gov-west-1.rds.amazonaws.com.' },
      { region: 'us-gov-west-1', source: { endpoint: 'https://sts.us-east-1.amazonaws.com' } },
    ],
    [
      'in a region of the host in capitals',
      { ...AWS, ...KEYS, PGHOST: HOST.toUpperCase() },
      { region: 'eu-central-1' },
    ],
    [
      'at the endpoint of a global database',
      { ...AWS, ...KEYS, PGHOST: 'db.global-abc.global.rds.amazonaws.com', AWS_REGION: 'us-east-1' },
      { region: 'us-east-1' },
    ],
    [
      'in the default region',
      { ...AWS, ...KEYS, PGHOST: 'db', AWS_DEFAULT_REGION: 'us-east-2' },
      { region: 'us-east-2' },
    ],
    [
      'in China',
      { ...IRSA, PGHOST: 'db.abc.rds.cn-north-1.amazonaws.com.cn' },
      { region: 'cn-north-1', source: { endpoint: 'https://sts.cn-north-1.amazonaws.com.cn' } },
    ],
    [
      'as the role of the service account',
      IRSA,
      {
        source: {
          ...{ kind: 'web-identity', roleArn: 'arn:aws:iam::1:role/x', tokenFile: '/run/token' },
          ...{ endpoint: 'https://sts.eu-central-1.amazonaws.com', sessionName: 'drizzle-gate' },
        },
      },
    ],
    ['keys come first', { ...IRSA, ...KEYS }, { source: { kind: 'keys' } }],
    [
      'at an endpoint of its own',
      { ...IRSA, AWS_ENDPOINT_URL: 'https://x', AWS_ENDPOINT_URL_STS: 'https://sts' },
      { source: { endpoint: 'https://sts' } },
    ],
    ...['http://169.254.170.23/v1', 'http://[fd00:ec2::23]/v1', 'http://127.0.0.1:1/v1', 'https://x/v1'].map(
      (uri): [string, Record<string, string>, object] => [
        uri,
        agent(uri),
        { source: { kind: 'container', uri } },
      ],
    ),
    [
      "by ECS's agent",
      { ...AWS, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x' },
      { source: { uri: 'http://169.254.170.2/v2/x' } },
    ],
    [
      'in a pod that was not changed',
      { ...AWS, KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      { source: { kind: 'none' } },
    ],
    [
      'with Entra',
      AZURE,
      {
        kind: 'azure-entra',
        identity: {
          ...{ clientId: 'c', tenantId: 't', tokenFile: '/run/token' },
          authority: 'https://login.microsoftonline.com/',
          scope: 'https://ossrdbms-aad.database.windows.net/.default',
        },
      },
    ],
    [
      'in another cloud',
      {
        ...AZURE,
        AZURE_AUTHORITY_HOST: 'https://login.chinacloudapi.cn/',
        AZURE_ENTRA_SCOPE: 'https://x/.default',
      },
      { identity: { authority: 'https://login.chinacloudapi.cn/', scope: 'https://x/.default' } },
    ],
  ])('%s', (_name, env, expected) => {
    const { problems, connection } = readSettings(env);
    expect(problems).toEqual([]);
    expect(connection?.login).toMatchObject(expected);
  });
});

describe('what does not fit together is refused', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'another kind',
      { ...BASE, DATABASE_LOGIN: 'aws' },
      /^DATABASE_LOGIN is "aws"; give one of password, aws-rds-iam/,
    ],
    [
      'a password as well',
      { ...AWS, ...KEYS, PGPASSWORD: 'secret-word' },
      /^a password is given, but DATABASE_LOGIN=aws-rds-iam/,
    ],
    [
      'a password in the URL',
      { ...AZURE, DATABASE_URL: 'postgresql://me:secret-word@db' },
      /^a password is given/,
    ],
    ['no TLS', { ...AWS, ...KEYS, PGSSLMODE: 'disable' }, /^PGSSLMODE is disable and can send the token/],
    ['perhaps no TLS', { ...AZURE, PGSSLMODE: 'prefer' }, /^PGSSLMODE is prefer and can send the token/],
    [
      'an address',
      { ...AWS, ...KEYS, PGHOST: '10.0.0.1', AWS_REGION: 'x' },
      /^PGHOST is "10.0.0.1", but a token of AWS is made/,
    ],
    [
      'no region',
      { ...AWS, ...KEYS, PGHOST: 'db' },
      /^AWS_REGION is not given, and PGHOST does not name a region/,
    ],
    [
      'half of the keys',
      { ...AWS, AWS_ACCESS_KEY_ID: 'x' },
      /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong/,
    ],
    ['half of a role', { ...AWS, AWS_ROLE_ARN: 'x' }, /^AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE belong/],
    [
      'no credentials outside a pod',
      AWS,
      /^DATABASE_LOGIN=aws-rds-iam finds no credentials; set AWS_ACCESS_KEY_ID/,
    ],
    [
      'an endpoint that everybody can read',
      { ...IRSA, AWS_ENDPOINT_URL_STS: 'http://sts.test' },
      /^AWS_ENDPOINT_URL_STS is "http:\/\/sts.test"; give an https/,
    ],
    [
      'an endpoint with a password',
      { ...IRSA, AWS_ENDPOINT_URL_STS: 'https://me:secret-word@sts.test' },
      /^AWS_ENDPOINT_URL_STS is a URL with a user or password \(not shown\); give an https/,
    ],
    [
      'an agent with a password',
      agent('http://me:secret-word@127.0.0.1/v1'),
      /is a URL with a user or password \(not shown\), which is no agent/,
    ],
    [
      'an authority with a password',
      { ...AZURE, AZURE_AUTHORITY_HOST: 'https://me:secret-word@x' },
      /^AZURE_AUTHORITY_HOST is a URL with a user/,
    ],
    [
      'an agent that is none',
      agent('http://10.0.0.1/v1'),
      /is "http:\/\/10.0.0.1\/v1", which is no agent of AWS/,
    ],
    ['an agent that is close', agent('http://169.254.170.23.evil.test/'), /which is no agent of AWS/],
    ['an agent that is no URL', agent('x'), /which is no agent of AWS/],
    [
      'a pod without workload identity',
      { ...BASE, DATABASE_LOGIN: 'azure-entra', AZURE_TENANT_ID: 't' },
      /^DATABASE_LOGIN=azure-entra needs AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE, which the webhook/,
    ],
    [
      'an authority that everybody can read',
      { ...AZURE, AZURE_AUTHORITY_HOST: 'http://x' },
      /^AZURE_AUTHORITY_HOST is/,
    ],
  ])('%s', (_name, env, expected) => {
    const { problems } = readSettings(env);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toContain('secret');
  });
});
