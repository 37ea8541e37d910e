/**
 * Takes the connection of this shell out of the environment and gives the names. The driver reads some of them for
 * whatever a URL leaves out, and a rehearsal must reach its own database and no other.
 */
export function forgetAmbientConnection(environment: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(environment).filter((name) => /^(DATABASE_URL(_FILE)?|PG[A-Z_]+)$/.test(name));
  for (const name of names) delete environment[name];
  return names;
}
