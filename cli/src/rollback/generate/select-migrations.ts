import { type Journal, type Migration, matchTarget } from '../../../../core/journal';
import { didYouMean } from '../../../../runner/src/errors/closest';
import { GateErrors } from '../../../../runner/src/errors/gate-error';

/**
 * The migrations that the tags or numbers name, in the journal's order; without any, the last one.
 *
 * @throws GateErrors (78) naming all that are unknown or ambiguous.
 */
export function selectMigrations({ migrations, folder }: Journal, wanted: readonly string[]): Migration[] {
  const tags = migrations.map(({ tag }) => tag);
  const problems: string[] = [];
  const found = new Set(wanted.length === 0 ? tags.slice(-1) : []);
  for (const word of wanted) {
    const matches = matchTarget(tags, word);
    const [match] = matches;
    if (match === undefined) {
      problems.push(`${JSON.stringify(word)} is no migration of ${folder}${didYouMean(word, tags)}`);
    } else if (matches.length > 1) {
      problems.push(`${JSON.stringify(word)} can mean ${matches.join(' or ')}; give the whole tag`);
    } else found.add(match);
  }
  if (problems.length > 0)
    throw new GateErrors('CONFIG', problems, 'give tags of the folder, or their numbers');
  return migrations.filter(({ tag }) => found.has(tag));
}
