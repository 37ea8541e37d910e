import { createHash } from 'node:crypto';
import { ConfigMap, type IConfigMap, Volume } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Migration, RollbackScriptError, sharedNumberProblem } from '../core/journal';
import { type ConfigMapFile, checkSize, dataOf, filesWithKeys, itemsOf } from './internal/config-map-files';
import { Problems, shown } from './internal/problems';
import { objectNameProblem } from './internal/syntax';
import type { MigrationSource } from './migration-source';

export interface RollbackScriptsProps {
  /** The migrations whose rollback scripts are taken; their folder must be available at synth. */
  readonly migrations: MigrationSource;
  /** @default 'db-rollback-scripts' */
  readonly name?: string;
  /**
   * Tag of the oldest migration whose script is taken, where all of them are too many for a ConfigMap.
   * @default - the first migration
   */
  readonly since?: string;
}

/**
 * A ConfigMap with the rollback scripts beside the migrations, so that an emergency rollback needs no new
 * image. Above 250,000 bytes it is refused, because `kubectl apply` could not carry it.
 */
export class RollbackScripts extends Construct {
  /** The wrapped object. */
  public readonly configMap: ConfigMap;
  /**
   * Tags of the migrations that have no script here, also those that declare themselves irreversible: a rollback past
   * them is refused, unless the database has stored their script.
   */
  public readonly missing: string[];
  /** Changes with every change of a script. */
  public readonly digest: string;
  private readonly files: readonly ConfigMapFile[];

  constructor(scope: Construct, id: string, props: RollbackScriptsProps) {
    super(scope, id);
    const name = props.name ?? 'db-rollback-scripts';
    const problems = new Problems();
    problems.check('name', objectNameProblem(name));
    const isKnown = props.migrations.localFolder !== undefined;
    if (!isKnown) {
      problems.add(
        'migrations',
        'their folder is not known at synth; give localFolder to MigrationSource.fromImage',
      );
    }
    const found = isKnown ? findScripts(problems, props) : [];
    this.missing = found.filter(({ file }) => file === undefined).map(({ tag }) => tag);
    this.files = filesWithKeys(found.flatMap(({ file }) => file ?? []));
    checkSize(
      problems,
      name,
      this.files,
      'leave old migrations out (`since`), or bake the scripts into the image',
    );
    problems.throwIfAny();
    this.digest = createHash('sha256').update(JSON.stringify(this.files)).digest('hex');
    this.configMap = new ConfigMap(this, 'Resource', { metadata: { name }, data: dataOf(this.files) });
  }

  /** @internal */
  public _volume(scope: Construct, id: string): Volume {
    const configMap: IConfigMap = this.configMap;
    const items = this.files.length > 0 ? itemsOf(this.files) : undefined;
    return Volume.fromConfigMap(scope, id, configMap, { name: 'rollback-scripts', items });
  }
}

function migrationsSince(problems: Problems, props: RollbackScriptsProps): readonly Migration[] {
  const all = props.migrations._journal?.migrations ?? [];
  if (props.since === undefined) return all;
  const first = all.findIndex(({ tag }) => tag === props.since);
  if (first === -1)
    problems.add('since', `${shown(props.since)} is no migration of the journal; give the tag of one`);
  return all.slice(Math.max(first, 0));
}

interface Found {
  readonly tag: string;
  readonly file?: { readonly path: string; readonly text: string };
}

function findScripts(problems: Problems, props: RollbackScriptsProps): Found[] {
  // Also those before `since`: with them a number can be shared.
  const journal = { migrations: props.migrations._journal?.migrations ?? [] };
  return migrationsSince(problems, props).map((migration) => {
    const { tag } = migration;
    try {
      const script = props.migrations._rollbackScript(migration);
      if (!script) return { tag };
      problems.check('migrations', sharedNumberProblem(journal, script));
      return { tag, file: { path: script.name, text: script.sql } };
    } catch (error) {
      if (!(error instanceof RollbackScriptError)) throw error;
      problems.add('migrations', error.message);
      return { tag };
    }
  });
}
