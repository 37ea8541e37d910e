import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import startServer from '../../support/global-setup.mjs';

const TOOLS = { ip: 'iproute2', mount: 'mount', pgbouncer: 'pgbouncer' };

/** A machine that lacks something is told so: a fault that is not caused proves nothing. */
export default async function globalSetup() {
  const problems =
    process.getuid?.() === 0 ? [] : ['they need root: run them as root, in a container for example'];
  for (const [tool, debianPackage] of Object.entries(TOOLS)) {
    if (!isInstalled(tool)) problems.push(`${tool} is not installed: apt-get install ${debianPackage}`);
  }
  if (problems.length > 0) throw new Error(`the fault tests can't run:\n${problems.join('\n')}`);
  await startServer();
}

function isInstalled(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
