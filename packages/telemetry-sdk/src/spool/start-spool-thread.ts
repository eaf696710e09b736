import { Worker } from 'node:worker_threads';
import type { RedactionOptions } from '../redaction/redaction-options.ts';
import type { SpoolThreadOptions } from './spool-messages.ts';
import type { AuditSpoolOptions } from './spool-options.ts';

const WATERMARK_EVERY_MS = 5_000;
const ADOPT_EVERY_MS = 300_000;
/**
 * What the thread reads and sends is garbage soon. By itself V8 lets 48 MB of it gather; with much less than this, requests would be taken for
 * something that stays.
 */
const YOUNG_GENERATION_MB = 6;

/** Beside this file; run from its sources, as they are. */
const { url, execArgv } = import.meta.url.endsWith('.ts')
	? { url: new URL('./spool-worker.ts', import.meta.url), execArgv: ['--conditions=@pipeline/source'] }
	: { url: new URL('./spool-worker.js', import.meta.url), execArgv: [] };

/**
 * Starts a spool's thread. What the process loads first (`--import`, `--require`) is not loaded there: it would start telemetry in that thread,
 * too, and with it a thread of its own.
 */
export function startSpoolThread(
	options: AuditSpoolOptions,
	redaction: RedactionOptions,
	producerId: string,
	written: SharedArrayBuffer,
): Worker {
	const { path, resource, destination, watermark, signingKey, segmentBytes, registries = [] } = options;
	const workerData: SpoolThreadOptions = {
		spool: path,
		producerId,
		resource,
		redaction,
		destination,
		watermark,
		watermarkEveryMs: WATERMARK_EVERY_MS,
		adoptEveryMs: ADOPT_EVERY_MS,
		signingKey,
		segmentBytes,
		maxBytes: options.maxBytes ?? 8_589_934_592,
		retainMs: options.retainMs ?? 0,
		checkpointEveryMs: options.checkpointEveryMs ?? 300_000,
		written,
		registries,
	};
	return new Worker(url, {
		workerData,
		name: 'pipeline-audit',
		execArgv,
		env: { ...process.env, NODE_OPTIONS: undefined },
		resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
	});
}
