// Hot path: one entry for each record.
import type { EpochKeys, Scope } from '@pipeline/telemetry-core';
import * as HEADER from '../recorder/header.ts';
import { ENTRY_KIND_BITS, EntryKind, GROUP_HEADER_WORDS, MAX_ENTRY_WORDS } from './format.ts';

/** Memory that this thread fills and the spool's thread writes. */
export interface GroupBuffer {
	readonly number: number;
	readonly words: Int32Array;
	readonly bytes: Uint8Array;
}

/** A group that is full, or old enough. */
export interface FilledGroup {
	readonly buffer: GroupBuffer;
	/** Words in use, the header's included. */
	readonly words: number;
	/** Numbered entries. */
	readonly entries: number;
}

export interface GroupWriterOptions {
	/** Bytes of an ordinary group. @default 65536 */
	readonly groupBytes?: number;
	/** Bytes of all groups that wait to be written. @default 67108864 */
	readonly maxQueueBytes?: number;
	/** Takes a group that is to be written. */
	readonly onGroup: (group: FilledGroup) => void;
	/** An entry was begun in an empty group. */
	readonly onFirst: () => void;
	/** There was no room for a numbered entry. */
	readonly onLost: () => void;
}

/** Groups that are kept to be filled again. */
const MAX_FREE = 32;

/** Fills groups with entries. Nothing is lost as long as groups come back (`release`) before the queue is full. */
export class GroupWriter {
	readonly #options: GroupWriterOptions;
	readonly #groupWords: number;
	readonly #free: GroupBuffer[] = [];
	readonly #maxBytes: number;
	#roomBytes: number;
	#buffers = 0;
	#buffer: GroupBuffer | undefined;
	#words: Int32Array = new Int32Array(0);
	#at = 0;
	#entries = 0;
	#appended = 0;
	/** Definitions that found no room: receipts need them, so they come first when there is some. */
	readonly #late: (() => void)[] = [];

	constructor(options: GroupWriterOptions) {
		this.#options = options;
		this.#groupWords = (options.groupBytes ?? 65_536) >>> 2;
		this.#maxBytes = options.maxQueueBytes ?? 67_108_864;
		this.#roomBytes = this.#maxBytes;
	}

	/** Numbered entries so far: the number of the newest. */
	get appended(): number {
		return this.#appended;
	}

	/** Those of them that are in the group being filled. */
	get open(): number {
		return this.#buffer === undefined ? 0 : this.#entries;
	}

	/** Half of what may wait for the disk does. */
	get isHalfFull(): boolean {
		return this.#roomBytes + this.#free.length * this.#groupWords * 4 < this.#maxBytes / 2;
	}

	/** Copies a record's journal. */
	receipt(words: Int32Array, at: number): void {
		const length = words[at + HEADER.LENGTH]!;
		const to = this.#reserve(length + 1, true);
		if (to < 0) return;
		const group = this.#words;
		group[to] = EntryKind.RECEIPT | ((length + 1) << ENTRY_KIND_BITS);
		group.set(words.subarray(at, at + length), to + 1);
	}

	/** An event as JSON. */
	event(json: string): void {
		this.#text(EntryKind.EVENT, Buffer.from(json), undefined);
	}

	/** What an id in receipts stands for. */
	define(id: number, text: string): void {
		this.#define(EntryKind.TEXT_DEFINITION, id, text);
	}

	/** Who speaks for a module's definitions. */
	scope(base: number, { name, version }: Scope): void {
		this.#define(EntryKind.SCOPE, base, `${name}@${version}`);
	}

	/** What span ids of an epoch are made of. */
	epoch(keys: EpochKeys): void {
		const { epoch, seed } = keys;
		const to = this.#reserve(2 + seed.length, false);
		if (to < 0) {
			this.#late.push(() => this.epoch(keys));
			return;
		}
		this.#words[to] = EntryKind.EPOCH | ((2 + seed.length) << ENTRY_KIND_BITS);
		this.#words[to + 1] = epoch;
		this.#words.set(new Int32Array(seed.buffer, seed.byteOffset, seed.length), to + 2);
	}

	/** Hands the group on that is being filled. */
	close(): void {
		const buffer = this.#buffer;
		if (buffer === undefined || this.#at === GROUP_HEADER_WORDS) return;
		this.#buffer = undefined;
		this.#options.onGroup({ buffer, words: this.#at, entries: this.#entries });
	}

	/** A group was written: its memory is free again. */
	release(buffer: GroupBuffer): void {
		// After a burst, its memory goes back.
		if (buffer.words.length === this.#groupWords && this.#free.length < MAX_FREE) this.#free.push(buffer);
		else this.#roomBytes += buffer.bytes.length;
		if (this.#late.length > 0) for (const write of this.#late.splice(0)) write();
	}

	#define(kind: EntryKind, id: number, text: string): void {
		if (!this.#text(kind, Buffer.from(text), id)) this.#late.push(() => this.#define(kind, id, text));
	}

	#text(kind: EntryKind, text: Uint8Array, id: number | undefined): boolean {
		const head = id === undefined ? 2 : 3;
		const words = head + ((text.length + 3) >>> 2);
		const to = this.#reserve(words, kind === EntryKind.EVENT);
		if (to < 0) return false;
		const group = this.#words;
		group[to] = kind | (words << ENTRY_KIND_BITS);
		if (id !== undefined) group[to + 1] = id;
		group[to + head - 1] = text.length;
		group[to + words - 1] = 0;
		this.#buffer!.bytes.set(text, (to + head) * 4);
		return true;
	}

	/** Room for an entry; -1 when there is none. */
	#reserve(words: number, isNumbered: boolean): number {
		if (this.#buffer === undefined || this.#at + words > this.#words.length) {
			this.close();
			if (words > MAX_ENTRY_WORDS || !this.#open(words + GROUP_HEADER_WORDS)) {
				if (isNumbered) this.#options.onLost();
				return -1;
			}
		}
		if (this.#at === GROUP_HEADER_WORDS) this.#options.onFirst();
		const at = this.#at;
		this.#at = at + words;
		if (isNumbered) {
			this.#entries++;
			this.#appended++;
		}
		return at;
	}

	#open(words: number): boolean {
		const buffer =
			words <= this.#groupWords ? (this.#free.pop() ?? this.#allocate(this.#groupWords)) : this.#allocate(words);
		if (buffer === undefined) return false;
		this.#buffer = buffer;
		this.#words = buffer.words;
		this.#at = GROUP_HEADER_WORDS;
		this.#entries = 0;
		return true;
	}

	#allocate(words: number): GroupBuffer | undefined {
		if (words * 4 > this.#roomBytes) return undefined;
		this.#roomBytes -= words * 4;
		const shared = new SharedArrayBuffer(words * 4);
		return { number: this.#buffers++, words: new Int32Array(shared), bytes: new Uint8Array(shared) };
	}
}
