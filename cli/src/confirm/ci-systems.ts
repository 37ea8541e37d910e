/** A system that runs commands for somebody. */
export interface CiSystem {
  readonly name: string;
  /** Variable that is set wherever it runs. */
  readonly mark: string;
  /** Variables with who started or allowed the run, the most exact first. */
  readonly actors: readonly string[];
  /** The address of the run, else what it is called. */
  readonly run: (env: Environment) => string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The parts as one address; undefined where one of them is missing. */
function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.every(Boolean) ? parts.join('') : undefined;
}

/** What each of them documents about its variables. */
export const CI_SYSTEMS: readonly CiSystem[] = [
  {
    name: 'GitHub Actions',
    mark: 'GITHUB_ACTIONS',
    actors: ['GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR'],
    run: ({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id }) =>
      joined(server, '/', repository, '/actions/runs/', id),
  },
  {
    name: 'GitLab CI',
    mark: 'GITLAB_CI',
    actors: ['GITLAB_USER_LOGIN', 'GITLAB_USER_NAME'],
    run: ({ CI_JOB_URL, CI_PIPELINE_URL }) => CI_JOB_URL || CI_PIPELINE_URL,
  },
  {
    name: 'Buildkite',
    mark: 'BUILDKITE',
    actors: ['BUILDKITE_UNBLOCKER', 'BUILDKITE_BUILD_CREATOR'],
    run: ({ BUILDKITE_BUILD_URL }) => BUILDKITE_BUILD_URL,
  },
  {
    name: 'CircleCI',
    mark: 'CIRCLECI',
    actors: ['CIRCLE_USERNAME'],
    run: ({ CIRCLE_BUILD_URL }) => CIRCLE_BUILD_URL,
  },
  {
    name: 'Azure Pipelines',
    mark: 'TF_BUILD',
    actors: ['BUILD_REQUESTEDFOREMAIL', 'BUILD_REQUESTEDFOR'],
    run: ({ SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id }) =>
      joined(collection, project, '/_build/results?buildId=', id),
  },
  {
    name: 'Jenkins',
    mark: 'JENKINS_URL',
    actors: ['BUILD_USER_ID', 'BUILD_USER'],
    run: ({ BUILD_URL, BUILD_TAG }) => BUILD_URL || BUILD_TAG,
  },
  {
    name: 'Bitbucket Pipelines',
    mark: 'BITBUCKET_BUILD_NUMBER',
    actors: ['BITBUCKET_STEP_TRIGGERER_UUID'],
    run: ({ BITBUCKET_GIT_HTTP_ORIGIN: origin, BITBUCKET_BUILD_NUMBER: id }) =>
      joined(origin, '/pipelines/results/', id),
  },
];
