import type { Journal } from '../../../core/journal';
import { plural } from '../report/plural';
import type { DatabaseContext } from '../run-context';

export function reportNothingPending({ migrations }: Journal, { reporter }: DatabaseContext): void {
  reporter.info('nothing_pending', `nothing is pending: ${plural(migrations.length, 'migration')} applied`);
}
