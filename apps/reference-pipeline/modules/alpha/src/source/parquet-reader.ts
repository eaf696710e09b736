import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SourceFault } from '../parse/parse-codes.ts';
import type { ParquetAnswer, ParquetJob } from './parquet-worker.ts';
import { faultPiece, type Piece, type ReadOptions } from './piece.ts';

/** Memory of the worker; a footer can claim any number of values. */
const WORKER_MEMORY_MB = 512;
const FAULT: ParquetAnswer = {
	rows: [],
	fault: { code: 'PARSE_005_TRUNCATED', location: '', expected: 'a Parquet file that can be decoded' },
};

/**
 * Rows of a Parquet file, as JSON with the columns sorted by name. Decoded in a worker: a single changed byte can send the decoder into a
 * loop without end, which only another thread can end.
 */
export async function* readParquet(
	path: string,
	{ maxRecordSizeBytes, skip, parquetTimeoutMs }: ReadOptions,
): AsyncGenerator<Piece> {
	const job: ParquetJob = { path, skip, maxRecordSizeBytes };
	const worker = new Worker(workerFile(), {
		workerData: job,
		resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MB },
	});
	let index = skip;
	try {
		for (;;) {
			const { rows, fault } = await ask(worker, parquetTimeoutMs);
			for (const row of rows) {
				index = row.index + 1;
				yield pieceOf(row.index, row.json, maxRecordSizeBytes);
			}
			if (fault) yield faultPiece(index, new SourceFault(fault.code, String(index), fault.expected));
			if (fault || rows.length === 0) return;
		}
	} finally {
		await worker.terminate();
	}
}

/** The next rows; a fault when the worker breaks down or does not answer in time. */
async function ask(worker: Worker, timeoutMs: number): Promise<ParquetAnswer> {
	const signal = AbortSignal.timeout(timeoutMs);
	worker.postMessage('next');
	try {
		const [answer] = (await once(worker, 'message', { signal })) as [ParquetAnswer];
		return answer;
	} catch {
		return FAULT;
	}
}

function pieceOf(index: number, json: string | undefined, maxRecordSizeBytes: number): Piece {
	if (json !== undefined) return { bytes: Buffer.from(json), index, encoding: 'UTF-8' };
	return faultPiece(
		index,
		new SourceFault('PARSE_006_TOO_LARGE', String(index), `at most ${maxRecordSizeBytes} bytes`),
	);
}

/** Beside this file in the sources, and beside the bundle when built. */
function workerFile(): URL {
	return new URL(import.meta.url.endsWith('.ts') ? './parquet-worker.ts' : './parquet-worker.js', import.meta.url);
}
