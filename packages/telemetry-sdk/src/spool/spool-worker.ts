import { parentPort, workerData } from 'node:worker_threads';
import { createRedaction } from '../redaction/redaction.ts';
import { RedactionCounts } from '../redaction/redaction-counts.ts';
import type { FromSpoolThread, SpoolThreadOptions, ToSpoolThread } from './spool-messages.ts';
import { SpoolThread } from './spool-thread.ts';

const options = workerData as SpoolThreadOptions;
const post = (message: FromSpoolThread) => parentPort?.postMessage(message);
const redacted = new RedactionCounts((counts) => post({ kind: 'redacted', counts }));
const thread = new SpoolThread(options, { post, redaction: createRedaction(options.redaction, redacted) });
// Listening from the first moment on: messages wait for a listener, but only until the first turn is over.
parentPort?.on('message', (message: ToSpoolThread) => thread.receive(message));
for (const registry of options.registries) await import(registry);
await thread.start();
