import { hostname } from 'node:os';
import type { Cluster } from '../../cli/src/cluster/client/cluster';
import { confirmedBy, confirmedInCluster } from '../../cli/src/confirm/confirmed-by';
import { json, statusObject, withApiServer } from '../support/api-server';

test.each([
  [
    {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'bot', GITHUB_TRIGGERING_ACTOR: 'octocat', CI: 'true' },
      ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '12' },
    },
    'octocat (GitHub Actions, https://github.com/o/r/actions/runs/12)',
  ],
  [
    { GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'mia', CI_JOB_URL: 'https://gitlab.example.com/o/r/-/jobs/3' },
    'mia (GitLab CI, https://gitlab.example.com/o/r/-/jobs/3)',
  ],
  [
    {
      BUILDKITE: 'true',
      BUILDKITE_BUILD_CREATOR: 'Ann Lee',
      BUILDKITE_BUILD_URL: 'https://buildkite.com/o/p/builds/1',
    },
    'Ann Lee (Buildkite, https://buildkite.com/o/p/builds/1)',
  ],
  [{ CIRCLECI: 'true', CIRCLE_USERNAME: 'kim' }, 'kim (CircleCI)'],
  [
    {
      ...{ TF_BUILD: 'True', BUILD_REQUESTEDFOR: 'Lee', SYSTEM_COLLECTIONURI: 'https://dev.azure.com/o/' },
      ...{ SYSTEM_TEAMPROJECT: 'p', BUILD_BUILDID: '7' },
    },
    'Lee (Azure Pipelines, https://dev.azure.com/o/p/_build/results?buildId=7)',
  ],
  [{ JENKINS_URL: 'https://ci/', BUILD_URL: 'https://u:secret@ci/job/9/' }, 'Jenkins, https://ci/job/9/'],
  [
    { GITHUB_ACTIONS: 'true', CONFIRMED_BY: ' change 4711, approved by Sam ' },
    'change 4711, approved by Sam',
  ],
])('who confirms is told by the CI: %#', (env, told) => {
  expect(confirmedBy(env)).toBe(told);
});

test('without a CI it is the user of this machine, also behind sudo', () => {
  expect(confirmedBy({}, () => 'alice')).toBe(`alice on ${hostname()}`);
  expect(confirmedBy({ SUDO_USER: 'bob' })).toMatch(/^bob \(as .+\) on /);
});

const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

test('in a cluster its own name for the caller is added', () =>
  withApiServer(
    ({ method, path, body }, response) => {
      if (method !== 'POST' || path !== REVIEW) return json(response, statusObject(404, 'unknown'), 404);
      json(response, { ...JSON.parse(body), status: { userInfo: { username: 'alice@example.com' } } }, 201);
    },
    async (server) => {
      const cluster = await server.open();
      const by = await confirmedInCluster(cluster, { CIRCLECI: 'true', CIRCLE_USERNAME: 'kim' });
      expect(by).toBe('kim (CircleCI); Kubernetes user alice@example.com');
      expect(JSON.parse(server.calls.at(-1)?.body ?? '')).toEqual({
        ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      });
    },
  ));

test.each([403, 404])('a cluster that does not tell (%i) is no failure', (status) =>
  withApiServer(
    (_, response) => json(response, statusObject(status, 'no'), status),
    async (server) => {
      const cluster: Cluster = await server.open();
      expect(await confirmedInCluster(cluster, { CIRCLECI: 'true' })).toBe('CircleCI');
    },
  ),
);
