import type { Container } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { addSchemaGate } from './internal/schema-gate/add-schema-gate';
import type { SchemaGateProps } from './schema-gate-props';

/**
 * Lets the containers of a workload start only when the database has the migrations that the release was built with: a
 * hardened init container, before the workload's own, looks into Drizzle's history until they are there. It needs no
 * token of Kubernetes, takes no lock and changes nothing, and the application's containers stay as they are.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
 */
export class SchemaGate extends Construct {
  /** The init container. */
  public readonly container: Container;

  /** @throws Error with every problem of the props. */
  constructor(scope: Construct, id: string, props: SchemaGateProps) {
    super(scope, id);
    this.container = addSchemaGate(this, props);
  }

  /** Name of the init container: `kubectl logs POD -c NAME` shows what it waits for. */
  public get containerName(): string {
    return this.container.name;
  }
}
