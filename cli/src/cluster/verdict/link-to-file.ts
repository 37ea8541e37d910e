import { pathFrom } from '../../report/annotations';
import { inCell } from '../../report/markdown';
import type { LinkTo } from './render-step-summary';

/** Links lines of this checkout to the commit that the workflow runs for. */
export function linkToFile(
  env: Readonly<Record<string, string | undefined>>,
  root: string | undefined,
): LinkTo {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = env;
  return (path, line) => {
    const file = pathFrom(root, path);
    if (!server || !repository || !commit || file === undefined) return undefined;
    const address = file.split('/').map(encodeURIComponent).join('/');
    return `[${inCell(file)}, line ${line}](${server}/${repository}/blob/${commit}/${address}#L${line})`;
  };
}
