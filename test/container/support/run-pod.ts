import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryEngine } from './engine';
import { writeVolume } from './kubelet-volume';
import type { PodPlan } from './pod-plan';
import { containerName, type Ended, type PodOptions, type Running, startContainer } from './run-container';

/**
 * Runs a pod as kubelet does: init containers one after the other, sidecars from their turn to the end of the main
 * container. A sidecar without a startup probe has started when it runs. After one that fails, the rest is never created.
 *
 * @returns the containers in the order in which they ended.
 */
export async function runPod(pod: PodPlan, options: PodOptions = {}): Promise<Ended[]> {
  const folder = mkdtempSync(join(process.env.TEST_CONTAINER_FOLDER ?? '', 'pod-'));
  chmodSync(folder, 0o755);
  const volumes = Object.fromEntries(
    Object.entries(pod.volumes).flatMap(([name, volume]) =>
      volume.kind === 'files' ? [[name, writeVolume(folder, volume.files, pod.fsGroup)]] : [],
    ),
  );
  const prefix = `drizzle-gate-test-${randomBytes(5).toString('hex')}`;
  const place = { pod, prefix, folder, volumes, options };
  const ended: Ended[] = [];
  const sidecars: Running[] = [];
  try {
    for (const plan of pod.containers) {
      const running = await startContainer(place, plan);
      if (plan.kind === 'sidecar') {
        sidecars.unshift(running);
        continue;
      }
      const container = await running.ended;
      ended.push(container);
      if (container.code !== 0) break;
    }
    for (const sidecar of sidecars) {
      await sidecar.stop();
      ended.push(await sidecar.ended);
    }
    return ended;
  } finally {
    const names = pod.containers.map((plan) => containerName(place, plan));
    await tryEngine(['rm', '--force', '--volumes', '--ignore', ...names].filter(forDocker));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** docker ignores names that are not there by itself. */
function forDocker(word: string): boolean {
  return process.env.TEST_CONTAINER_ENGINE !== 'docker' || word !== '--ignore';
}
