import { parentPort, workerData } from 'node:worker_threads';
import { SourceFault } from '../parse/parse-codes.ts';
import { type ParquetRow, parquetRows } from './parquet-rows.ts';

/** What the worker is to read. */
export interface ParquetJob {
	readonly path: string;
	readonly skip: number;
	readonly maxRecordSizeBytes: number;
}

/** Answer to one request: rows, none at the end, and what ended the file early. */
export interface ParquetAnswer {
	readonly rows: readonly ParquetRow[];
	readonly fault?: Pick<SourceFault, 'code' | 'location' | 'expected'>;
}

const ROWS_PER_ANSWER = 1_000;
const CHARACTERS_PER_ANSWER = 4 * 1024 * 1024;

const { path, skip, maxRecordSizeBytes } = workerData as ParquetJob;
const rows = parquetRows(path, skip, maxRecordSizeBytes);

parentPort?.on('message', async () => parentPort?.postMessage(await answer()));

async function answer(): Promise<ParquetAnswer> {
	const taken: ParquetRow[] = [];
	let characters = 0;
	try {
		while (taken.length < ROWS_PER_ANSWER && characters < CHARACTERS_PER_ANSWER) {
			const next = await rows.next();
			if (next.done) break;
			taken.push(next.value);
			characters += next.value.json?.length ?? 0;
		}
		return { rows: taken };
	} catch (error) {
		const location = String(skip + taken.length);
		const { code, expected } =
			error instanceof SourceFault ? error : { code: 'PARSE_005_TRUNCATED' as const, expected: 'a Parquet file' };
		return { rows: taken, fault: { code, location, expected } };
	}
}
