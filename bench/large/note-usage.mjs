// Loaded into the measured process: leaves what it used where the measuring one reads it.
import { readFileSync, writeFileSync } from 'node:fs';

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // What getrusage says of a child begins with the memory of its parent; the kernel's own mark does not.
  const mark = /VmHWM:\s+(\d+) kB/.exec(statusOfProcess());
  const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: Number(mark?.[1] ?? maxRSS) / 1024 };
  writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage));
});

function statusOfProcess() {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
