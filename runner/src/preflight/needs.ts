import { parseStatement } from '../sql/parse';
import { lineCounter } from '../sql/position';
import { MadeNames, type MadeObject } from './made-names';
import { NeedsTracker } from './needs-tracker';
import { noteNeeds } from './note-needs';

/** A pending file with its statements. */
export interface PendingScript {
  readonly file: string;
  readonly sql: string;
  readonly statements: readonly { readonly text: string; readonly start: number }[];
}

/** A name of a pending statement, and where it stands first. */
export interface Named {
  readonly schema: string | undefined;
  readonly name: string;
  /** For a person: file and line. */
  readonly at: string;
}

/** What pending statements surely need of the database as it is now. */
export interface Needs {
  /** Schemas in which something is created; an undefined name means the first of the search path. */
  readonly createIn: readonly Named[];
  /** Tables, views, indexes and sequences that are altered or dropped. */
  readonly relations: readonly (Named & { readonly drop: boolean })[];
  readonly types: readonly (Named & { readonly drop: boolean })[];
  /** Schemas that are created: that needs CREATE on the database. */
  readonly schemas: readonly Named[];
  readonly extensions: readonly (Named & ExtensionNeed)[];
  /** Roles that are created. */
  readonly roles: readonly Named[];
  /** What is made and must not be there yet. */
  readonly made: readonly MadeObject[];
  /** Roles to whom something is granted or given, or for whom a policy is. */
  readonly usedRoles: readonly Named[];
}

export interface ExtensionNeed {
  readonly version: string | undefined;
  readonly ifNotExists: boolean;
  /** Whether nothing before it can have changed who we are or what is installed. */
  readonly certain: boolean;
}

/** DDL and what changes its meaning; the rest needs nothing that can be told cheaply. */
const RELEVANT =
  /^(?:create|alter|drop|set|reset|do|call|grant|revoke|reassign)\b|^select\b[^;]*\bset_config\b/i;
/** A body that can change ownership, roles or names in ways that nobody sees from outside. */
const OPAQUE =
  /\b(?:role|user|owner|grant|revoke|authorization|reassign|drop|rename|execute|search_path|set_config)\b/i;
/** What runs code of the database, which can drop and rename what it likes; these functions do not. */
const RUNS_CODE =
  /^call\b|^select\b[^;]*?\b(?!(?:set_config|setval|nextval|currval|count|max|min|sum|coalesce|now)\b)\w+\s*\(/i;
const BODY_RUNS_CODE = /\b(?:perform|call)\b/i;
/** Of a longer statement only the beginning is looked at: it is bulk data. */
const LOOKED_AT = 1000;

/** No DDL of a person is longer; bulk data must never reach the parser. */
const LONGEST = 100_000;

/**
 * Reads from pending DDL what it needs. Objects that an earlier pending statement creates, renames or drops are left
 * out, and after a statement whose effect can't be told nothing more is claimed: silence rather than a wrong refusal.
 */
export async function findNeeds(scripts: readonly PendingScript[]): Promise<Needs> {
  const tracker = new NeedsTracker();
  const names = new MadeNames();
  for (const { file, sql, statements } of scripts) {
    const lineOf = lineCounter(sql);
    tracker.beginScript();
    names.beginScript();
    for (const { text, start } of statements) {
      if (RUNS_CODE.test(text.slice(0, LOOKED_AT))) names.loseCertainty();
      if (!RELEVANT.test(text)) continue;
      if (/^(?:do|call|select)\b/i.test(text)) {
        if (OPAQUE.test(text)) tracker.loseCertainty();
        // A SELECT that comes here has set_config; of what else it calls, was decided above.
        if (/^select\b/i.test(text)) names.losePath();
        else if (OPAQUE.test(text) || BODY_RUNS_CODE.test(text)) names.loseCertainty();
        continue;
      }
      const node = text.length > LONGEST ? undefined : await parseStatement(text);
      const at = () => `${file}, line ${lineOf(start)}`;
      if (!node) continue;
      noteNeeds(node, tracker, at);
      names.see(node, () => ({ file, at: at() }));
    }
  }
  return { ...tracker.needs(), made: names.made };
}
