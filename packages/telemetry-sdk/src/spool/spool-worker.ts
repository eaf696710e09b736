import { parentPort, workerData } from 'node:worker_threads';
import { createRedaction } from '../redaction/redaction.ts';
import { RedactionCounts } from '../redaction/redaction-counts.ts';
import { withoutWebSocket } from './lean-http.ts';
import type { FromSpoolThread, SpoolThreadOptions, ToSpoolThread } from './spool-messages.ts';
import { SpoolThread } from './spool-thread.ts';

const options = workerData as SpoolThreadOptions;
const post = (message: FromSpoolThread) => parentPort?.postMessage(message);
const redacted = new RedactionCounts((counts) => post({ kind: 'redacted', counts }));
// Listening from the first moment on: messages wait for a listener, but only until the first turn is over.
const early: ToSpoolThread[] = [];
let receive = (message: ToSpoolThread): void => void early.push(message);
parentPort?.on('message', (message: ToSpoolThread) => receive(message));
withoutWebSocket();
for (const registry of options.registries) await import(registry);
const thread = new SpoolThread(options, { post, redaction: createRedaction(options.redaction, redacted) });
await thread.start();
receive = (message) => thread.receive(message);
// Taken out: a group that stays there keeps its memory.
for (const message of early.splice(0)) receive(message);
