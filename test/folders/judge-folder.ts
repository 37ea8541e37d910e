import { cpSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import postgres from 'postgres';
import { makeTemporaryFolder } from '../../cli/src/server/temporary-folder';
import { EXIT } from '../../core/contract';
import { readJournal } from '../../core/journal';
import { seededRandom } from '../kill/random';
import type { ClientPrograms } from './client-programs';
import { damageScripts } from './damage-scripts';
import { disagreement, renderWhy } from './disagreement';
import { type Judgement, judgeScripts } from './judge-scripts';
import type { JudgedServer } from './open-server';
import { drizzleGate, proveVerdicts } from './prove-verdicts';

export interface FolderOptions {
  readonly setup: string | undefined;
  readonly data: boolean;
  readonly prove: boolean;
  /** Of the lots which statement is taken out of each script. */
  readonly damage: number | undefined;
}

/** Gives how many scripts are wrong or judged wrongly, or that not all could be judged. */
export async function judgeFolder(
  folder: string,
  options: FolderOptions,
  programs: ClientPrograms,
  server: JudgedServer,
): Promise<number> {
  const scratch = makeTemporaryFolder('drizzle-gate-folders-');
  const admin = postgres(server.url('postgres'), { max: 1, onnotice: () => undefined });
  try {
    const copy = join(scratch.path, basename(resolve(folder)));
    mkdirSync(copy);
    cpSync(folder, copy, { recursive: true });
    const { setup } = options;
    const common = [
      '--migrations',
      copy,
      '--server',
      server.url('postgres'),
      ...(setup ? ['--setup', setup] : []),
    ];
    const { code, stderr } = await drizzleGate(['rollback', 'generate', '--missing', ...common]);
    // 90 says that some scripts need a person; they are counted below.
    if (code !== EXIT.OK.code && code !== EXIT.CHECKS_FAILED.code)
      console.log(`  not all is generated: ${stderr}`);
    const journal = readJournal(copy);
    const taken =
      options.damage === undefined ? undefined : damageScripts(journal, seededRandom(options.damage));
    const judgements: Judgement[] = [];
    const judge = { programs, admin, url: server.url, folder: scratch.path, setup };
    const stopped = await judgeScripts(journal, judge, (judgement) => judgements.push(judgement));
    if (stopped) console.log(`  ${stopped.tag} and what follows is not judged: ${stopped.message}`);
    const wrong = taken ? [] : judgements.filter(isWrong);
    for (const judgement of wrong)
      console.log(`  ✗ ${judgement.tag}: ${judgement.kind}${renderWhy(judgement)}`);
    const verdicts = options.prove
      ? await proveVerdicts([...common, ...(options.data ? ['--data'] : [])])
      : new Map();
    const disputed = judgements.flatMap((judgement) => {
      const why = disagreement(judgement, verdicts.get(judgement.tag));
      return why === undefined ? [] : [`${judgement.tag}: ${why}`];
    });
    for (const line of disputed) console.log(`  ✗ ${line}`);
    const damaged = taken ? `${taken.size} damaged: ` : '';
    console.log(`  ${damaged}${renderCounts(judgements)}; ${disputed.length} judged otherwise by prove`);
    if (taken?.size === 0) throw new Error(`no script of ${folder} has a statement to spare`);
    if (judgements.length === 0) throw new Error(`nothing of ${folder} could be judged`);
    return wrong.length + disputed.length + (stopped ? 1 : 0);
  } finally {
    await admin.end({ timeout: 2 });
    scratch.remove();
  }
}

/** A script that waits for a person's answer promises nothing yet; one that is missing could not be generated. */
function isWrong({ kind, manual }: Judgement): boolean {
  return manual === 0 && kind !== 'exact' && kind !== 'order' && kind !== 'irreversible';
}

function renderCounts(judgements: readonly Judgement[]): string {
  const counts = new Map<string, number>();
  for (const { kind, manual } of judgements) {
    const name = manual > 0 ? `${kind} (MANUAL)` : kind;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
