import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations';
import { JOB_NUMBERS, jobLines } from './jobs';
import { layOut } from './layout';
import { RUN_NUMBERS, runLines } from './runs';
import { variables } from './variables';

/** The dashboard of all migrations and rollbacks that one Prometheus knows of. */
export function buildDashboard(): Dashboard {
  const builder = new DashboardBuilder('Database migrations')
    .uid('drizzle-gate')
    .description(
      'Migrations and rollbacks by drizzle-gate: their Jobs, their runs, and where each database stands.',
    )
    .tags(['drizzle-gate', 'postgresql', 'migrations'])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-7d', to: 'now' })
    .refresh('1m')
    .variables(variables())
    .annotations(annotations());
  layOut(builder, [
    { height: 4, cells: [...JOB_NUMBERS, ...RUN_NUMBERS].map((panel) => panel()) },
    'Jobs, as the cluster tells of them',
    ...jobLines(),
    'Runs, as the runner tells of them',
    ...runLines(),
  ]);
  return builder.build();
}

/** The file that the library packs. */
export function renderDashboard(): string {
  return `${JSON.stringify(buildDashboard(), null, 2)}\n`;
}
