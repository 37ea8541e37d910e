// Loaded into every Node process of a measured command: what it took goes into a file of its own.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 };
    writeFileSync(join(process.env.USAGE_REPORTS, `${process.pid}.json`), JSON.stringify(usage));
  });
}
