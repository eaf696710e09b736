import { measureDirect } from './plan.ts';

// What `measureDirect` starts: a measuring process, with the same arguments.
await measureDirect();
