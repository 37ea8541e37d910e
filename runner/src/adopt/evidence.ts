import type { ExpectedObject } from './expected/expected-object';
import { schemaOf } from './expected/expected-object';
import { typeText } from './expected/type-name';

/** What the catalog says of one object that the migrations make or remove. */
export interface Evidence {
  /** For example `column users.email`. */
  readonly object: string;
  readonly migration: string;
  /**
   * `present` and `gone` are as expected; `absent`, `different` and `left over` are not; `unknown` can be either, because
   * a statement that can't be read may have changed it.
   */
  readonly state: 'present' | 'gone' | 'absent' | 'different' | 'left over' | 'unknown';
  readonly note?: string | undefined;
}

export function disagrees({ state }: Evidence): boolean {
  return state === 'absent' || state === 'different' || state === 'left over';
}

export function renderEvidence({ object, state, note }: Evidence): string {
  return `${state}: ${object}${note ? ` (${note})` : ''}`;
}

/** What is wrong or unknown one by one, then what agrees, a line for each kind of object. */
export function renderAll(evidence: readonly Evidence[]): string[] {
  const lines = evidence.filter(({ state }) => state !== 'present' && state !== 'gone').map(renderEvidence);
  const groups = new Map<string, string[]>();
  for (const { object, state } of evidence) {
    if (state !== 'present' && state !== 'gone') continue;
    const [, kind = '', name = ''] = /^(materialized view|\w+) (.*)$/s.exec(object) ?? [];
    groups.set(`${state}: ${kind}`, [...(groups.get(`${state}: ${kind}`) ?? []), name]);
  }
  return [...lines, ...[...groups].map(([group, names]) => `${group} ${names.join(', ')}`)];
}

/** The name of an object for people; the schema only where it is not the usual one. */
export function describe(object: ExpectedObject, usualSchema: string | undefined): string {
  const { kind, name, parent, traits } = object;
  const place = schemaOf(object);
  const prefix = place === undefined || place === usualSchema ? '' : `${place}.`;
  switch (kind) {
    case 'schema':
    case 'extension':
      return `${kind} ${name}`;
    case 'column':
      return `column ${prefix}${parent?.name}.${name}`;
    case 'constraint':
    case 'trigger':
    case 'policy':
      return `${kind} ${name} on ${prefix}${parent?.name}`;
    case 'function': {
      const types = traits.arguments?.map((type) => (type ? typeText(type) : '?')) ?? [];
      return `function ${prefix}${name}(${types.join(', ').replace(/"pg_catalog"\.|"/g, '')})`;
    }
    default:
      return `${kind} ${prefix}${name}`;
  }
}
