import { type Journal, type Migration, matchTarget, rollbackScriptNames } from '../../../core/journal';
import { GateErrors } from '../../../runner/src/errors/gate-error';

/**
 * Finds the migrations that are asked for by tag or number, in the journal's order.
 *
 * @throws GateErrors (78) for each that is unknown or ambiguous.
 */
export function selectByTag({ migrations, folder }: Journal, wanted: readonly string[]): Migration[] {
  const tags = migrations.map(({ tag }) => tag);
  const problems: string[] = [];
  const chosen = new Set<string>();
  for (const each of wanted) {
    const matches = matchTarget(tags, each);
    const [tag] = matches;
    if (tag === undefined) problems.push(`${JSON.stringify(each)} is no migration of ${folder}`);
    else if (matches.length > 1) {
      problems.push(`${JSON.stringify(each)} could be ${matches.join(' or ')}; give the whole name`);
    } else chosen.add(tag);
  }
  if (problems.length > 0)
    throw new GateErrors('CONFIG', problems, 'give a tag of the folder, or its number');
  return migrations.filter(({ tag }) => chosen.has(tag));
}

/** Finds the migrations whose own file, or rollback script, is among these paths relative to the folder. */
export function selectByFile({ migrations }: Journal, files: ReadonlySet<string>): Migration[] {
  return migrations.filter((migration) =>
    [migration.file, ...rollbackScriptNames(migration)].some((file) => files.has(file)),
  );
}
