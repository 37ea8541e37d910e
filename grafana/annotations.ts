import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { Command, METRICS } from '../core/contract';
import { COLOR, DATASOURCE } from './panels';
import { by, JOB, ofJobs, ofRuns } from './promql';

const ROLLBACK_END = ofRuns(METRICS.RUN_END.prometheus, `command="${Command.ROLLBACK}"`);

/**
 * Rollbacks as lines through every graph. The time is the value, in milliseconds, so that a series that stays after the
 * rollback marks it once.
 */
export function annotations(): AnnotationQueryBuilder[] {
  return [
    mark('Rollbacks')
      .expr(`1000 * last_over_time(${ROLLBACK_END}[5m])`)
      .titleFormat('Rollback of {{db_namespace}} {{outcome}}')
      .textFormat('{{deployment_environment_name}} {{k8s_namespace_name}}, exit code {{exit_code}}'),
    mark('Rollback Jobs')
      .expr(`1000 * ${by('max', JOB, ofJobs('kube_job_status_completion_time', 'job_name=~".*rollback.*"'))}`)
      .titleFormat('Rollback Job succeeded')
      .textFormat('{{namespace}} {{job_name}}'),
  ];
}

function mark(name: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(COLOR.ROLLBACK)
    .step('5m')
    .useValueForTime(true);
}
