import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDashboard } from './dashboard';

writeFileSync(join(__dirname, '../lib/internal/monitoring/dashboard.json'), renderDashboard());
