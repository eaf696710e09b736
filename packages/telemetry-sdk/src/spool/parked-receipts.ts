import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readHexWords } from '@pipeline/telemetry-core';
import * as Flag from '../recorder/flag.ts';
import * as HEADER from '../recorder/header.ts';
import { FIRST_ENTRY, MAX_WORDS } from '../recorder/layout.ts';
import { segmentName } from './format.ts';

/** Words of a row: low word of the trace id, segment, words from the segment's beginning. */
const ROW = 3;
const ROWS_OF_CHUNK = 16_384;
/** Most journals are read at once. */
const FIRST_READ_WORDS = 1_024;

/**
 * Where the receipts are of records that have left the process without a decision: 12 bytes each. Those that are forgotten, oldest first, are
 * no longer found.
 */
export class ParkedReceipts {
	readonly #directory: string;
	readonly #maxChunks: number;
	readonly #chunks: Int32Array[] = [];
	#rowsOfLast = ROWS_OF_CHUNK;

	/** @param maxReceipts rounded up to whole chunks of 16,384 */
	constructor(directory: string, maxReceipts = 4_194_304) {
		this.#directory = directory;
		this.#maxChunks = Math.ceil(maxReceipts / ROWS_OF_CHUNK);
	}

	/** Notes the receipt at `at`, if it may be asked for. `place`: in words from the segment's beginning. */
	add(words: Int32Array, at: number, segment: number, place: number): void {
		if ((words[at + HEADER.FLAGS]! & (Flag.PARKED | Flag.SAMPLED)) !== Flag.PARKED) return;
		if (this.#rowsOfLast === ROWS_OF_CHUNK) this.#addChunk();
		const chunk = this.#chunks.at(-1)!;
		const row = this.#rowsOfLast++ * ROW;
		chunk[row] = words[at + HEADER.TRACE_ID + 3]!;
		chunk[row + 1] = segment;
		chunk[row + 2] = place;
	}

	/** Reads the receipts of these traces, each as its words. What is no longer there is left out. */
	async *find(traceIds: readonly string[]): AsyncGenerator<Int32Array> {
		const wanted = new Map<number, Int32Array[]>();
		for (const traceId of traceIds) {
			const ids = new Int32Array(4);
			readHexWords(traceId, ids, 0);
			wanted.set(ids[3]!, [...(wanted.get(ids[3]!) ?? []), ids]);
		}
		let file: FileHandle | undefined;
		let opened = 0;
		try {
			// In the order in which they were written: each segment is opened once.
			for (const [low, segment, place] of this.#placesOf(wanted)) {
				if (segment !== opened) {
					await file?.close();
					file = await open(join(this.#directory, segmentName(segment)), 'r').catch(() => undefined);
					opened = segment;
				}
				const receipt = file && (await readReceipt(file, place));
				if (receipt !== undefined && wanted.get(low)!.some((ids) => isOf(receipt, ids))) yield receipt;
			}
		} finally {
			await file?.close();
		}
	}

	#placesOf(wanted: ReadonlyMap<number, unknown>): [low: number, segment: number, place: number][] {
		const places: [number, number, number][] = [];
		this.#chunks.forEach((chunk, index) => {
			const end = (index === this.#chunks.length - 1 ? this.#rowsOfLast : ROWS_OF_CHUNK) * ROW;
			for (let row = 0; row < end; row += ROW)
				if (wanted.has(chunk[row]!)) places.push([chunk[row]!, chunk[row + 1]!, chunk[row + 2]!]);
		});
		return places;
	}

	#addChunk(): void {
		if (this.#chunks.length === this.#maxChunks) this.#chunks.shift();
		this.#chunks.push(new Int32Array(ROWS_OF_CHUNK * ROW));
		this.#rowsOfLast = 0;
	}
}

const isOf = (receipt: Int32Array, ids: Int32Array): boolean =>
	ids.every((word, at) => receipt[HEADER.TRACE_ID + at] === word);

async function readReceipt(file: FileHandle, place: number): Promise<Int32Array | undefined> {
	const first = await readWords(file, place, FIRST_READ_WORDS);
	const length = first[HEADER.LENGTH] ?? 0;
	if (length < FIRST_ENTRY || length > MAX_WORDS) return undefined;
	const words = length <= first.length ? first : await readWords(file, place, length);
	return words.length < length ? undefined : words.subarray(0, length);
}

async function readWords(file: FileHandle, place: number, count: number): Promise<Int32Array> {
	const words = new Int32Array(count);
	const { bytesRead } = await file.read(new Uint8Array(words.buffer), 0, count * 4, place * 4);
	return words.subarray(0, bytesRead >>> 2);
}
