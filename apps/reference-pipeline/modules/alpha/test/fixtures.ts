import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	type AcknowledgmentPayload,
	type AlphaBetaBatch,
	type BatchSender,
	type Fields,
	fromPlain,
	JOURNAL,
	type ParsedRecord,
	type RawRecord,
	STAGE,
	seededRuntime,
} from '@pipeline/model';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { onTestFinished } from 'vitest';
import { FileSource, type FileSourceOptions, RecordParser, type RecordParserOptions } from '../src/index.ts';

export const runtime = () => seededRuntime(7, 'alpha-test');

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'alpha-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export function fileWith(name: string, content: string | Uint8Array, folder = temporaryFolder()): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

export const MAX_BYTES = 1_024;

export function sourceOf(input: string | readonly string[], options: Partial<FileSourceOptions> = {}): FileSource {
	const inputs = typeof input === 'string' ? [input] : input;
	return new FileSource({ name: 'test', inputs, runtime: runtime(), maxRecordSizeBytes: MAX_BYTES, ...options });
}

/** All raw records, in fetches of 100. */
export async function readAll(source: FileSource): Promise<RawRecord[]> {
	await source.connect();
	const all: RawRecord[] = [];
	for (let raws = await source.fetch(100); raws.length > 0; raws = await source.fetch(100)) all.push(...raws);
	await source.disconnect();
	return all;
}

export function parserWith(options: Partial<RecordParserOptions> = {}): RecordParser {
	return new RecordParser({ runtime: runtime(), maxRecordSizeBytes: MAX_BYTES, encodingFallback: 'UTF-8', ...options });
}

export const textOf = ({ rawBytes }: RawRecord): string => Buffer.from(rawBytes).toString('utf8');

/** One line for each raw record: its bytes when it parses, else the code of its failure. */
export async function outcomesOf(
	name: string,
	content: string | Uint8Array,
	options: Partial<FileSourceOptions> = {},
): Promise<string[]> {
	const parser = parserWith();
	const raws = await readAll(sourceOf(fileWith(name, content), options));
	return raws.map((raw) => parser.parse(raw).failure?.errorCode ?? textOf(raw));
}

export function rawOf(text: string | Uint8Array, overrides: Partial<RawRecord> = {}): RawRecord {
	return {
		sourceId: 'FILE:test',
		rawBytes: typeof text === 'string' ? Buffer.from(text) : text,
		encoding: 'UTF-8',
		contentType: 'application/json',
		sourceTimestamp: null,
		ingestionTimestamp: '2026-01-01T00:00:00.000000Z',
		sourceMetadata: {},
		batchId: 'batch-1',
		sequenceNumber: 3,
		lineageId: 'lineage-1',
		[JOURNAL]: 41,
		[STAGE]: 42,
		...overrides,
	};
}

export function parsedOf(
	values: Readonly<Record<string, unknown>> | Fields,
	overrides: Partial<ParsedRecord> = {},
): ParsedRecord {
	const isFields = Object.values(values).some(
		(value) => typeof value === 'object' && value !== null && 'fieldType' in value,
	);
	const fields = isFields
		? (values as Fields)
		: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fromPlain(value)]));
	return {
		recordId: 'record-1',
		rawRecordRef: 'batch-1#0',
		fields,
		schemaId: 'FILE:test',
		schemaVersion: 1,
		parseTimestamp: '2026-01-01T00:00:00.000000Z',
		parseDurationMs: 0,
		parseWarnings: [],
		batchId: 'batch-1',
		lineageId: 'lineage-1',
		[JOURNAL]: 41,
		[STAGE]: 42,
		...overrides,
	};
}

export const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Columns n, id (64 bits) and name, in row groups of two. */
export function parquetOf(count: number): Uint8Array {
	const names = numbers(count).map((n) => `name ${n}`);
	return new Uint8Array(
		parquetWriteBuffer({
			columnData: [
				{ name: 'n', data: numbers(count), type: 'INT32' },
				{ name: 'id', data: numbers(count).map((n) => 9_007_199_254_740_993n + BigInt(n)), type: 'INT64' },
				{ name: 'name', data: names, type: 'STRING' },
			],
			rowGroupSize: [2],
		}),
	);
}

type Answer = 'RECEIVED' | 'REJECTED' | Error;

/** Takes batches and answers as told; with `isHeld`, only when `answer` is called. */
export class FakeSender implements BatchSender<AlphaBetaBatch> {
	readonly batches: AlphaBetaBatch[] = [];
	readonly #answerTo: (batch: AlphaBetaBatch, at: number) => Answer;
	readonly #isHeld: boolean;
	readonly #held: (() => void)[] = [];

	constructor(answerTo: (batch: AlphaBetaBatch, at: number) => Answer = () => 'RECEIVED', isHeld = false) {
		this.#answerTo = answerTo;
		this.#isHeld = isHeld;
	}

	async send(batch: AlphaBetaBatch): Promise<AcknowledgmentPayload> {
		const answer = this.#answerTo(batch, this.batches.push(batch) - 1);
		if (this.#isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
		if (answer instanceof Error) throw answer;
		return { batchId: batch.batchId, status: answer, recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 };
	}

	/** Answers one batch that waits. */
	answer(at = 0): void {
		this.#held.splice(at, 1)[0]?.();
	}

	get waiting(): number {
		return this.#held.length;
	}

	#processed: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;

	onProcessed(listener: (acknowledgment: AcknowledgmentPayload) => void): void {
		this.#processed = listener;
	}

	/** Says how a batch ended. */
	end(batchId: string, status: 'PROCESSED' | 'REJECTED'): void {
		this.#processed({ batchId, status, recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 });
	}
}
