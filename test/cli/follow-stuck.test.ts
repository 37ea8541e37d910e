import { followRecorded } from './follow-replay';

const graces = (milliseconds: number) => ({
  ...{ image: milliseconds, config: milliseconds, volume: milliseconds, admission: milliseconds },
  ...{ scheduling: milliseconds, container: milliseconds, sandbox: milliseconds },
});

test.each([
  [
    'a Secret that is missing',
    'nosecret',
    'config',
    /migrate: CreateContainerConfigError: secret "nope" not found/,
  ],
  ['a Secret of a volume that is missing', 'novol', 'volume', /volume "v" : secret "nope" not found/],
  ['an image that is missing', 'noimage', 'image', /pre-flight-check: ErrImagePull: .*nope/],
  ['a pod that Pod Security refuses', 'priv', 'admission', /violates PodSecurity "restricted:latest"/],
  ['a quota that is used up', 'quota', 'admission', /exceeded quota: q/],
  ['a pod that fits on no node', 'sched', 'scheduling', /Unschedulable: 0\/1 nodes are available/],
])('%s: waiting ends after the grace, with what Kubernetes says', async (_what, recording, kind, words) => {
  const { result, shown } = await followRecorded(recording, { graces: graces(150) });
  expect(result).toMatchObject({ outcome: 'stuck', exitCode: 87, stuck: { kind } });
  expect(result.message).toMatch(words);
  expect(result.remedy).toContain(`kubectl delete job ${recording} --namespace follow`);
  expect(shown.filter((line) => words.test(line))).toHaveLength(1);
});

test('before the grace is over the Job may still get what it needs', async () => {
  const { result } = await followRecorded('nosecret', { graces: graces(60_000), timeout: 700 });
  expect(result).toMatchObject({ outcome: 'still running', exitCode: 88 });
});

test('a name of an image that is none gets no grace, because only another manifest can help', async () => {
  const { result } = await followRecorded('badimage');
  expect(result).toMatchObject({ outcome: 'stuck', exitCode: 87, stuck: { kind: 'image' } });
  expect(result.remedy).toMatch(/^correct the name of the image and deploy again/);
});
