import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ClientPrograms } from './client-programs';
import { type FolderOptions, judgeFolder } from './judge-folder';
import { openServer } from './open-server';

const USAGE =
  'usage: npm run test:folders -- FOLDER... [--setup FILE] [--server URL] [--data] [--no-prove] [--damage SEED]';

interface Options extends FolderOptions {
  readonly folders: readonly string[];
  readonly server: string | undefined;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      setup: { type: 'string' },
      server: { type: 'string' },
      data: { type: 'boolean', default: false },
      'no-prove': { type: 'boolean', default: false },
      damage: { type: 'string' },
    },
  });
  const damage = values.damage === undefined ? undefined : Number(values.damage);
  if (positionals.length === 0 || (damage !== undefined && !Number.isInteger(damage))) throw new Error(USAGE);
  for (const path of [...positionals, ...(values.setup ? [values.setup] : [])]) {
    if (!existsSync(path)) throw new Error(`${path} is missing\n${USAGE}`);
  }
  return {
    ...{ folders: positionals, setup: values.setup && resolve(values.setup), server: values.server },
    ...{ data: values.data, prove: !values['no-prove'], damage },
  };
}

async function main(): Promise<number> {
  const options = readOptions();
  const programs = await ClientPrograms.find();
  const server = await openServer(programs, options.server);
  let wrong = 0;
  try {
    for (const folder of options.folders) {
      console.log(folder);
      wrong += await judgeFolder(folder, options, programs, server);
    }
  } finally {
    await server.stop();
  }
  console.log(wrong === 0 ? 'held' : `FAILED: ${wrong}`);
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main();
