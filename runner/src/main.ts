import { loadPart } from './load-part';

// Should the run ever wait for something that can't come, Node ends with this, which is its own code for that, not with success.
process.exitCode = 13;
void (loadPart('./start.cjs') as unknown as typeof import('./start')).start();
