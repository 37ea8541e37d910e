import { LogCollector } from '../../lib';
import { jobSpec, only, problemsOf } from '../support/synth';
import { synthMigration } from '../support/synth-migration';

const podOf = (props: Parameters<typeof synthMigration>[0]) =>
  jobSpec(only(synthMigration(props), 'Job')).template.metadata;

describe('the agent of Datadog', () => {
  test('reads the JSON lines of both containers under the names of the service', () => {
    const logCollector = LogCollector.datadog({
      ...{ service: 'orders', env: 'prod', version: '1.4.2', tags: { team: 'data', 'cost-center': '7' } },
    });
    const { labels, annotations = {} } = podOf({ logCollector });
    expect(labels).toMatchObject({
      'tags.datadoghq.com/env': 'prod',
      'tags.datadoghq.com/service': 'orders',
      'tags.datadoghq.com/version': '1.4.2',
    });
    const ours = Object.entries(annotations).filter(([key]) => key.startsWith('ad.datadoghq.com/'));
    expect(ours.map(([key]) => key)).toEqual([
      'ad.datadoghq.com/migrate.logs',
      'ad.datadoghq.com/pre-flight-check.logs',
    ]);
    for (const [, value] of ours) {
      expect(JSON.parse(value)).toEqual([
        { source: 'drizzle-gate', service: 'orders', tags: ['team:data', 'cost-center:7'] },
      ]);
    }
  });

  test('is told the least: the service', () => {
    const { labels, annotations = {} } = podOf({ logCollector: LogCollector.datadog({ service: 'orders' }) });
    expect(Object.keys(labels).filter((key) => key.startsWith('tags.'))).toEqual([
      'tags.datadoghq.com/service',
    ]);
    expect(JSON.parse(annotations['ad.datadoghq.com/migrate.logs'] ?? '')).toEqual([
      { source: 'drizzle-gate', service: 'orders' },
    ]);
  });

  test('what is wrong is told at once', () => {
    const options = { service: '', env: 'in production', tags: { Team: 'x', ok: 'a,b' } };
    expect(problemsOf(() => LogCollector.datadog(options))).toEqual([
      'service: "" is no name; give the name of the service',
      expect.stringMatching(/^env: the value "in production" of "tags.datadoghq.com\/env" is not valid/),
      expect.stringMatching(/^tags: "Team" with "x" is no tag of Datadog/),
      expect.stringMatching(/^tags: "ok" with "a,b" is no tag of Datadog/),
    ]);
  });

  test('an annotation of the same name that says something else is refused', () => {
    const logCollector = LogCollector.datadog({ service: 'orders' });
    const podAnnotations = { 'ad.datadoghq.com/migrate.logs': '[]' };
    expect(problemsOf(() => synthMigration({ logCollector, podAnnotations }))).toEqual([
      'podAnnotations: "ad.datadoghq.com/migrate.logs" would be set twice, with different values; give it once',
    ]);
  });
});
