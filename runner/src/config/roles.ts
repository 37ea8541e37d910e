import type { EnvironmentReader } from './environment';

/**
 * The roles of GRANT_STATUS_TO, each once. PUBLIC is refused: it is every login of the database, also those of
 * other services.
 */
export function readRoles(reader: EnvironmentReader): string[] {
  const text = reader.text('GRANT_STATUS_TO');
  if (text === undefined) return [];
  const roles = text.split(',').map((role) => role.trim());
  for (const role of roles) {
    const problem = roleProblem(role);
    if (problem) reader.problems.push(`GRANT_STATUS_TO has ${JSON.stringify(role)}; ${problem}`);
  }
  return [...new Set(roles)];
}

function roleProblem(role: string): string | undefined {
  if (role === '') return 'write role names, separated by commas';
  if (role.toLowerCase() === 'public') return 'that is everybody; name the roles of the services';
  return Buffer.byteLength(role) > 63 ? 'a name has at most 63 bytes' : undefined;
}
