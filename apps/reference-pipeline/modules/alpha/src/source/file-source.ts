import { basename } from 'node:path';
import {
	type ComponentHealth,
	ConfigError,
	type DataClassification,
	JOURNAL,
	type RawRecord,
	type Runtime,
	type SourceAdapter,
	STAGE,
} from '@pipeline/model';
import { Checkpoint } from './checkpoint.ts';
import { type FileFormat, formatOf, resolveInputs } from './input-files.ts';
import type { Piece } from './piece.ts';
import { ENCODINGS, type Encoding, encodingNamed } from './text/encoding.ts';

export interface FileSourceOptions {
	/** Name of the source; its id is `FILE:<name>`. */
	readonly name: string;
	/** Paths, folders, globs. */
	readonly inputs: readonly string[];
	readonly runtime: Runtime;
	readonly maxRecordSizeBytes: number;
	readonly encoding?: string;
	readonly classification?: DataClassification;
	readonly personalFields?: readonly string[];
	/** Records to read at the most, over all files. @default all */
	readonly limit?: number | undefined;
	/** Longest wait for the next rows of a Parquet file. @default 30000 */
	readonly parquetTimeoutMs?: number;
	/** File that remembers what was acknowledged. @default none: each run begins anew */
	readonly checkpointFile?: string | undefined;
}

/** Rows and elements of files, one RawRecord each. A file that cannot be read on is one more RawRecord, which the parser refuses. */
export class FileSource implements SourceAdapter {
	readonly sourceId: string;
	readonly sourceType = 'FILE';
	readonly classification: DataClassification;
	readonly personalFields: readonly string[];
	readonly #options: FileSourceOptions;
	readonly #checkpoint: Checkpoint;
	#files: string[] = [];
	#pieces: AsyncGenerator<RawRecord> | undefined;
	readonly #encoding: Encoding;
	#left: number;
	#fetched = 0;
	#isConnected = false;

	constructor(options: FileSourceOptions) {
		this.#options = options;
		this.sourceId = `FILE:${options.name}`;
		this.classification = options.classification ?? 'INTERNAL';
		this.personalFields = options.personalFields ?? [];
		this.#left = options.limit ?? Number.POSITIVE_INFINITY;
		this.#encoding = declaredEncoding(options.encoding);
		this.#checkpoint = new Checkpoint(options.checkpointFile);
	}

	get isConnected(): boolean {
		return this.#isConnected;
	}

	async connect(): Promise<void> {
		this.#files = await resolveInputs(this.#options.inputs);
		this.#pieces = this.#records();
		this.#isConnected = true;
	}

	async disconnect(): Promise<void> {
		await this.#pieces?.return(undefined);
		this.#checkpoint.save();
		this.#isConnected = false;
	}

	async fetch(batchSize: number): Promise<RawRecord[]> {
		const batchId = this.#options.runtime.uuid('ingestion-batch');
		const fetched: RawRecord[] = [];
		const wanted = Math.min(batchSize, this.#left);
		while (fetched.length < wanted) {
			const next = await this.#pieces?.next();
			if (next === undefined || next.done) break;
			next.value.batchId = batchId;
			next.value.sequenceNumber = fetched.length;
			fetched.push(next.value);
		}
		this.#left -= fetched.length;
		this.#fetched += fetched.length;
		return fetched;
	}

	/** @param recordRefs `<file>#<index>` of records that need not be read again */
	async acknowledge(recordRefs: readonly string[]): Promise<void> {
		for (const ref of recordRefs) {
			const at = ref.lastIndexOf('#');
			if (at > 0) this.#checkpoint.advance(ref.slice(0, at), Number(ref.slice(at + 1)) + 1);
		}
		this.#checkpoint.save();
	}

	getMetrics(): Readonly<Record<string, number>> {
		return { fetched: this.#fetched, files: this.#files.length };
	}

	async healthCheck(): Promise<ComponentHealth> {
		return {
			componentName: 'source_connectivity',
			status: this.#isConnected ? 'HEALTHY' : 'UNHEALTHY',
			message: this.#isConnected ? `${this.#files.length} files` : 'not connected',
			lastCheck: this.#options.runtime.timestamp(),
		};
	}

	async *#records(): AsyncGenerator<RawRecord> {
		for (const file of this.#files) {
			const format = formatOf(file);
			if (format === undefined) continue;
			const skip = this.#checkpoint.offsetOf(file);
			const { maxRecordSizeBytes, parquetTimeoutMs = 30_000 } = this.#options;
			const encoding = this.#encoding;
			for await (const piece of format.reader(file, { maxRecordSizeBytes, encoding, skip, parquetTimeoutMs }))
				yield this.#record(file, format, piece);
		}
	}

	#record(
		file: string,
		format: FileFormat,
		{ bytes, index, columns, fault, encoding = this.#encoding }: Piece,
	): RawRecord {
		const { runtime } = this.#options;
		return {
			sourceId: this.sourceId,
			rawBytes: bytes,
			encoding: format.name === 'PARQUET' ? 'UTF-8' : encoding,
			contentType: format.contentType,
			sourceTimestamp: null,
			ingestionTimestamp: runtime.timestamp(),
			sourceMetadata: {
				file: basename(file),
				ref: `${file}#${index}`,
				...(columns && { columns: JSON.stringify(columns) }),
				...(fault && { faultCode: fault.code, faultLocation: fault.location, faultExpected: fault.expected }),
			},
			batchId: '',
			sequenceNumber: 0,
			lineageId: runtime.uuid('lineage'),
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	}
}

/** @throws ConfigError for an encoding that is not known */
function declaredEncoding(name = 'UTF-8'): Encoding {
	const encoding = encodingNamed(name);
	if (encoding === undefined) throw new ConfigError('source.encoding', ENCODINGS.join(', '), name);
	return encoding;
}
