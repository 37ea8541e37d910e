import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ENV, type EnvName } from '../../core/contract';
import { DatabaseCredentials, MigrationJob, SecretProviderClass, VaultSecret } from '../../lib';
import { readSettings } from '../../runner/src/config/settings';
import { withFolder } from '../cli/support';
import { containersOf, envOf, minimalJobProps, only, synthChart } from '../support/synth';

const PARTS = { host: 'db.internal', database: 'orders' };
const URL_TEXT = 'postgresql://migrator:s%40cret@db.internal:6432/orders';

/** What somebody wrote into the file, by its name. */
const CONTENT: Record<string, string> = {
  pguser: 'migrator',
  pgpassword: 's@cret\n',
  PGUSER: 'migrator\n',
  PGPASSWORD: 's@cret',
  'database-url': URL_TEXT,
  DATABASE_URL: `${URL_TEXT}\n`,
};
const csi = SecretProviderClass.fromName('db');
const urlSecret = VaultSecret.keyValue({ path: 'orders', urlField: 'url' });

test.each<[string, DatabaseCredentials, number]>([
  [
    "Vault's agent",
    DatabaseCredentials.fromVaultAgent({ role: 'r', secret: VaultSecret.databaseRole('x'), ...PARTS }),
    5432,
  ],
  ["Vault's agent, as a URL", DatabaseCredentials.fromVaultAgent({ role: 'r', secret: urlSecret }), 6432],
  ['the CSI driver', DatabaseCredentials.fromSecretsStoreCsi({ providerClass: csi, ...PARTS }), 5432],
  [
    'the CSI driver, as a URL',
    DatabaseCredentials.fromSecretsStoreCsi({ providerClass: csi, urlFile: 'DATABASE_URL' }),
    6432,
  ],
])('the runner finds the login in the files of %s', (_who, credentials, port) =>
  withFolder((folder) => {
    const objects = synthChart(
      (chart) => new MigrationJob(chart, 'Job', { ...minimalJobProps(), credentials }),
    );
    for (const container of containersOf(only(objects, 'Job'))) {
      const env: Record<string, string> = {};
      for (const [name, value = ''] of Object.entries(envOf(container))) {
        const plain = name.replace(/_FILE$/, '') as EnvName;
        env[name] = plain === name ? value : join(folder, value);
        if (plain === name) continue;
        expect(ENV[plain]).toHaveProperty('file', true);
        mkdirSync(dirname(env[name]), { recursive: true });
        writeFileSync(env[name], CONTENT[basename(value)] ?? '');
      }
      const { problems, connection } = readSettings(env);
      expect(problems).toEqual([]);
      expect(connection).toMatchObject({
        ...{ host: 'db.internal', port, database: 'orders', user: 'migrator', password: 's@cret' },
      });
    }
  }),
);
