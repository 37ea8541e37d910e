import { Certainty } from './certainty';
import type { ExtensionNeed, Named, Needs } from './needs';

type Owned = Named & { readonly drop: boolean };

/** Collects needs in the order of the statements, and forgets what a statement before made or took away. */
export class NeedsTracker extends Certainty {
  /** Names that an earlier statement made, moved or dropped, whatever their schema. */
  private readonly touched = new Set<string>();
  private readonly touchedSchemas = new Set<string>();
  private readonly touchedRoles = new Set<string>();
  private readonly droppedExtensions = new Set<string>();
  private readonly createIn = new Map<string, Named>();
  private readonly relations = new Map<string, Owned>();
  private readonly types = new Map<string, Owned>();
  private readonly schemas = new Map<string, Named>();
  private readonly roles = new Map<string, Named>();
  private readonly usedRoles = new Map<string, Named>();
  private readonly extensions = new Map<string, Named & ExtensionNeed>();

  creates(schema: string | undefined, name: string, at: string): void {
    if (this.claims(schema) && !this.touchedSchemas.has(schema ?? '')) {
      keepFirst(this.createIn, schema ?? '', { schema, name, at });
    }
    this.touches(name);
  }

  touches(name: string | undefined): void {
    if (name !== undefined) this.touched.add(name);
  }

  needsOwner(
    kind: 'relations' | 'types',
    schema: string | undefined,
    name: string,
    at: string,
    drop: boolean,
  ): void {
    if (!this.claims(schema) || this.touched.has(name)) return;
    keepFirst(this[kind], `${schema ?? ''}.${name}`, { schema, name, at, drop });
  }

  createsSchema(name: string, at: string): void {
    if (this.certain && !this.touchedSchemas.has(name)) {
      keepFirst(this.schemas, name, { schema: undefined, name, at });
    }
    this.touchesSchema(name);
  }

  touchesSchema(name: string): void {
    this.touchedSchemas.add(name);
  }

  createsRole(name: string, at: string): void {
    if (this.certain && !this.touchedRoles.has(name)) {
      keepFirst(this.roles, name, { schema: undefined, name, at });
    }
    this.touchesRole(name);
  }

  usesRole(name: string, at: string): void {
    if (!this.certain || this.touchedRoles.has(name)) return;
    keepFirst(this.usedRoles, name, { schema: undefined, name, at });
  }

  touchesRole(name: string): void {
    this.touchedRoles.add(name);
  }

  createsExtension(name: string, at: string, version: string | undefined, ifNotExists: boolean): void {
    const certain = this.certain && !this.droppedExtensions.has(name);
    keepFirst(this.extensions, name, { schema: undefined, name, at, version, ifNotExists, certain });
  }

  dropsExtension(name: string): void {
    this.droppedExtensions.add(name);
  }

  needs(): Omit<Needs, 'made'> {
    const { createIn, relations, types, schemas, roles, usedRoles, extensions } = this;
    const list = <T>(found: ReadonlyMap<string, T>) => [...found.values()];
    return {
      ...{ createIn: list(createIn), relations: list(relations), types: list(types) },
      ...{ schemas: list(schemas), roles: list(roles) },
      ...{ usedRoles: list(usedRoles), extensions: list(extensions) },
    };
  }
}

function keepFirst<T>(found: Map<string, T>, key: string, value: T): void {
  if (!found.has(key)) found.set(key, value);
}
