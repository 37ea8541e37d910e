import type { Resource } from '@opentelemetry/resources';
import { STANDING_ATTRIBUTES } from '../../../../core/contract';
import type { Database } from './open-sdk';

/** What a series comes from. */
export interface Origin {
  readonly database: Database | undefined;
  readonly resource: Resource;
}

/** The attributes of every series, as far as they are known. */
export function standingAttributes({ database, resource }: Origin): { readonly [name: string]: string } {
  const known: Record<string, unknown> = { ...resource.attributes, 'db.namespace': database?.namespace };
  return Object.fromEntries(
    STANDING_ATTRIBUTES.flatMap((name) => {
      const value = known[name];
      return typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );
}
