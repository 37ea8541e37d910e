import { loadPart } from './load-part';

// The whole run is awaited here: should it ever wait for something that can't come, Node ends with 13, not with success.
await (loadPart('./start.cjs') as unknown as typeof import('./start')).start();
