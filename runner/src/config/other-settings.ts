import type { Environment } from './environment';

interface OtherSetting {
  readonly variable?: string;
  /** The same in a URL. */
  readonly parameter?: string;
  /** Values, in lower case, that ask for what happens anyway; `any` where no value changes how we connect. */
  readonly harmless?: readonly string[] | 'any';
  /** What is done in its place; by default it is only left out. */
  readonly instead?: string;
}

/** Settings of libpq that would change where, how or as what we connect, and that can't be honoured. */
const OTHERS: readonly OtherSetting[] = [
  { variable: 'PGHOSTADDR', parameter: 'hostaddr', instead: 'give the address as PGHOST' },
  { variable: 'PGSERVICE', parameter: 'service' },
  { variable: 'PGSERVICEFILE' },
  { variable: 'PGPASSFILE', parameter: 'passfile', instead: 'set PGPASSWORD_FILE' },
  { variable: 'PGOPTIONS', parameter: 'options', instead: 'use ALTER ROLE … SET' },
  { variable: 'PGREQUIRESSL', parameter: 'requiressl', instead: 'set PGSSLMODE=require' },
  { variable: 'PGREQUIREAUTH', parameter: 'require_auth' },
  { variable: 'PGREQUIREPEER', parameter: 'requirepeer' },
  {
    variable: 'PGCHANNELBINDING',
    parameter: 'channel_binding',
    harmless: ['disable', 'prefer'],
    instead: 'set PGSSLMODE=verify-full, which keeps others out of the middle as well',
  },
  { variable: 'PGGSSENCMODE', parameter: 'gssencmode', harmless: ['disable', 'prefer'] },
  { variable: 'PGGSSDELEGATION', parameter: 'gssdelegation', harmless: ['0'] },
  { variable: 'PGGSSLIB', parameter: 'gsslib' },
  { variable: 'PGKRBSRVNAME', parameter: 'krbsrvname' },
  { variable: 'PGSSLCERTMODE', parameter: 'sslcertmode', harmless: ['allow'] },
  { variable: 'PGSSLCOMPRESSION', parameter: 'sslcompression', harmless: ['0'] },
  {
    variable: 'PGSSLCRLDIR',
    parameter: 'sslcrldir',
    instead: 'put the lists into one file and set PGSSLCRL',
  },
  { variable: 'PGTARGETSESSIONATTRS', parameter: 'target_session_attrs' },
  { variable: 'PGLOADBALANCEHOSTS', parameter: 'load_balance_hosts', harmless: ['disable'] },
  // The driver speaks version 3.0, which is inside every upper bound.
  { variable: 'PGMINPROTOCOLVERSION', parameter: 'min_protocol_version', harmless: ['3.0'] },
  {
    variable: 'PGMAXPROTOCOLVERSION',
    parameter: 'max_protocol_version',
    harmless: ['3.0', '3.2', 'latest'],
  },
  // Only a label, and others recognize our sessions by the one that we give them.
  { variable: 'PGAPPNAME', parameter: 'application_name', harmless: 'any' },
  { parameter: 'fallback_application_name', harmless: 'any' },
  { variable: 'PGCONNECT_TIMEOUT', parameter: 'connect_timeout', instead: 'set CONNECT_TIMEOUT_SECONDS' },
  { variable: 'PGCLIENTENCODING', parameter: 'client_encoding', harmless: ['utf8', 'utf-8', 'unicode'] },
  { variable: 'PGTZ', instead: 'use ALTER ROLE … SET timezone' },
  { variable: 'PGDATESTYLE', instead: 'use ALTER ROLE … SET datestyle' },
  { variable: 'PGGEQO', instead: 'use ALTER ROLE … SET geqo' },
];

/** What is wrong with the variables of libpq that are not ours. */
export function otherVariableProblems(env: Environment): string[] {
  return OTHERS.flatMap(({ variable, harmless, instead }) => {
    const value = variable && env[variable];
    if (!value || isHarmless(value, harmless)) return [];
    return [`${variable} is set but cannot be honoured; unset it${instead ? ` and ${instead}` : ''}`];
  });
}

/** What is wrong with a parameter of the URL that has no variable of ours; undefined when it changes nothing. */
export function otherParameterProblem(name: string, value: string): string | undefined {
  const known = OTHERS.find(({ parameter }) => parameter === name);
  if (known && isHarmless(value, known.harmless)) return undefined;
  const instead = known?.instead ? ` and ${known.instead}` : '';
  return `DATABASE_URL: the parameter ${JSON.stringify(name)} cannot be honoured; remove it${instead}`;
}

function isHarmless(value: string, harmless: OtherSetting['harmless']): boolean {
  return harmless === 'any' || harmless?.includes(value.toLowerCase()) === true;
}
