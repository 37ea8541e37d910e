import { ENV, type EnvVariable } from '../../../core/contract';
import { closest } from '../errors/closest';
import type { Environment } from './environment';

const VARIABLES = Object.entries(ENV as Record<string, EnvVariable>);
const NAMES = VARIABLES.flatMap(([name, { file }]) => (file ? [name, `${name}_FILE`] : [name]));
const ALL = new Set(NAMES);
/** What a person writes. Another name of six letters is mostly another word, and who has no PGUSER is told so. */
const MEANT = NAMES.filter((name) => !isInternal(name) && bare(name).length >= 8);

/** Letters. */
const LONG = 12;
/** Written into every pod for the services of its namespace. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)$/;
/** Families in which names resemble ours without meaning them; of PG… only what libpq has not is a typo of ours. */
const FAMILY =
  /^(?:POSTGRES_|NODE_|npm_)|^PG(?:APPNAME|DATA|DATESTYLE|GEQO|HOSTADDR|LOCALEDIR|OPTIONS|PASSFILE|SSLCERT\w*|SSLKEY|SSLCRL\w*|SSLSNI|SERVICE\w*|SYSCONFDIR|TZ)$/;

/**
 * Variables that are set, but nearly have the name of one of ours that is not: one letter differs, two in a long name,
 * or the underscores, the case or the unit at the end (LOCK_TIMEOUT for LOCK_TIMEOUT_MS). Exact names of ours are never among
 * them, nor service links and the families above, nor a name next to the one that is set itself.
 */
export function mistypedVariables(env: Environment): { variable: string; meant: string }[] {
  const choices = MEANT.filter((name) => !env[name]);
  return Object.keys(env).flatMap((variable) => {
    if (!env[variable] || ALL.has(variable) || SERVICE_LINK.test(variable) || FAMILY.test(variable))
      return [];
    const found = closest(bare(variable), choices.map(bare), (name) => (name.length < LONG ? 1 : 2));
    const meant = choices.find((name) => bare(name) === found);
    return meant === undefined ? [] : [{ variable, meant }];
  });
}

/** A name without what is easily forgotten of it. */
function bare(name: string): string {
  return name
    .toUpperCase()
    .replace(/(?:_?(?:MS|SECONDS|MILLISECONDS)|_S|_SECS?)$/, '')
    .replaceAll('_', '');
}

function isInternal(name: string): boolean {
  return VARIABLES.some(([known, { internal }]) => known === name && internal);
}
