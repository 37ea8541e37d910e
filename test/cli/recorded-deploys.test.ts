import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording } from '../support/recording';
import { type Replayed, replayDeploy } from '../support/replay-deploy';

const FOLDER = join(process.cwd(), 'test', 'cli', 'recordings');

/** What a person must see of each conversation with a real API server; the exit code is that of the recording. */
const SEEN: Readonly<Record<string, readonly RegExp[]>> = {
  success: [/0000_orders/, /0001_notes/, /Deployment shop created/],
  'next-image': [/0001_notes/],
  'failing-sql': [/0001_broken\.sql:2:/, /oders/, /\^/, /42P01/, /not applied/],
  'wrong-password': [/28P01/],
  'missing-secret': [/secret "db-login" not found/i],
  'missing-key': [/couldn't find key DATABASE_URL/],
  'missing-image': [/registry\.invalid\/drizzle-gate\/e2e:9\.9\.9/],
  quota: [/exceeded quota: no-pods/],
  admission: [/violates PodSecurity/],
  unschedulable: [/didn't match Pod's node affinity/],
  'database-down': [/attempt 1/, /attempt 2/],
  drain: [/attempt 1/, /evict/i, /attempt 2/],
  deadline: [/DeadlineExceeded/],
  twice: [/running it again/],
  retry: [/--retry/],
  joined: [/following it/],
  'two-at-once': [/0001_long/],
  'job-deleted': [/deleted/],
  'api-cut': [/0001_long/],
  'api-restart': [/0001_long/],
};

const recordings = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name.replace('.json', ''), readRecording(join(FOLDER, name))] as const);

/** All at once: most of each is waiting. */
const replayed = new Map<string, Promise<Replayed[]>>();
beforeAll(() => {
  for (const [name, { conversations }] of recordings) {
    const ended = (async () => {
      const all: Replayed[] = [];
      for (const conversation of conversations) all.push(await replayDeploy(conversation));
      return all;
    })();
    ended.catch(() => {});
    replayed.set(name, ended);
  }
});

test.each(recordings)(
  '%s: the command ends as it did with the real API server',
  async (name, { conversations }) => {
    const ended = (await replayed.get(name)) ?? [];
    expect(ended.flatMap(({ unknown }) => unknown)).toEqual([]);
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(conversations.map(({ exitCode }) => exitCode));
    const output = ended.map((each) => each.output).join('\n');
    expect(SEEN[name]).toBeDefined();
    for (const seen of SEEN[name] ?? []) expect(output).toMatch(seen);
  },
);

test('nothing of a cluster, a machine or a login is in a recording', () => {
  const text = JSON.stringify(recordings);
  expect(text.match(/eyJ[\w-]{20}|canary|Bearer|\/tmp\/drizzle|\w\/var\/log\/pods|password=/)).toBeNull();
  const addresses = new Set(text.match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g));
  expect([...addresses].filter((address) => !/^(10\.0\.0\.\d+|127\.0\.0\.1)$/.test(address))).toEqual([]);
});
