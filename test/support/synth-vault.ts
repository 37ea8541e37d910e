import { DatabaseCredentials, type VaultAgentOptions, VaultSecret } from '../../lib';
import { type JobSpec, jobSpec, type KubeObject, only } from './synth';
import { synthMigration } from './synth-migration';

/** A login by Vault's agent, as small as it can be. */
export const VAULT_LOGIN: VaultAgentOptions = {
  role: 'db-migration',
  secret: VaultSecret.databaseRole('app-migrate'),
  host: 'db.internal',
  database: 'orders',
};

/** Objects of a migration that logs in so, and with these options. */
export function synthVault(options: Partial<VaultAgentOptions> = {}): KubeObject[] {
  return synthMigration({ credentials: DatabaseCredentials.fromVaultAgent({ ...VAULT_LOGIN, ...options }) });
}

export function templateOf(objects: readonly KubeObject[]): JobSpec['template'] {
  return jobSpec(only(objects, 'Job')).template;
}

export function annotationsOf(objects: readonly KubeObject[]): Readonly<Record<string, string>> {
  return templateOf(objects).metadata.annotations ?? {};
}

/** Value of one of the injector's annotations. */
export function annotation(objects: readonly KubeObject[], name: string): string | undefined {
  return annotationsOf(objects)[`vault.hashicorp.com/${name}`];
}
