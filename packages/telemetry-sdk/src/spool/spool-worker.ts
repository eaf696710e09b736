import { parentPort, workerData } from 'node:worker_threads';
import { redactText } from '@pipeline/telemetry-core/schema';
import type { SpoolThreadOptions, ToSpoolThread } from './spool-messages.ts';
import { SpoolThread } from './spool-thread.ts';

const options = workerData as SpoolThreadOptions;
const thread = new SpoolThread(options, {
	post: (message) => parentPort?.postMessage(message),
	redact: redactText,
});
// Listening from the first moment on: messages wait for a listener, but only until the first turn is over.
parentPort?.on('message', (message: ToSpoolThread) => thread.receive(message));
for (const registry of options.registries) await import(registry);
await thread.start();
