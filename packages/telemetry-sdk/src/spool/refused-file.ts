import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedLogs } from '../encoding/event-log-encoder.ts';
import { logsRequestJson } from '../export/otlp-json.ts';

const FILE = 'refused.ndjson';
/** An endpoint that refuses and refuses does not fill the disk. */
const MAX_BYTES = 16_777_216;
const MAX_REASON_LENGTH = 200;

/** An entry that the endpoint refused for good. */
export interface RefusedEntry {
	readonly seq: number;
	readonly reason: string;
	/** What was refused: the request with nothing but this entry. */
	readonly request: EncodedLogs;
}

/**
 * Adds an entry to the producer's `refused.ndjson`, as OTLP/JSON, so that it can be looked at and sent by hand. An entry may stand there twice:
 * what was not noted as sent when a process ended is sent again.
 */
export async function writeRefused(directory: string, { seq, reason, request }: RefusedEntry): Promise<void> {
	const file = await open(join(directory, FILE), 'a', 0o600);
	try {
		const line = JSON.stringify({
			seq,
			timeMs: Date.now(),
			reason: reason.slice(0, MAX_REASON_LENGTH),
			request: logsRequestJson(request.bytes),
		});
		if ((await file.stat()).size + line.length > MAX_BYTES) return;
		await file.write(`${line}\n`);
		await file.datasync();
	} finally {
		await file.close();
	}
}
