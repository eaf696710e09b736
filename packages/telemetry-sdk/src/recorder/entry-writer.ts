// Hot path: what is said about stages. No allocation, save for text that is not ASCII.
import { StageStatus } from '@pipeline/telemetry-core';
import { writeDouble } from './doubles.ts';
import { meta } from './entries.ts';
import type { JournalLog } from './journal-log.ts';
import type { JournalMemory } from './journal-memory.ts';
import * as Kind from './kind.ts';
import { LENGTH_SHIFT, MAX_TEXT_BYTES, STATUS_MASK, STATUS_SHIFT } from './layout.ts';
import { LENGTH, STATE_WORDS } from './slot-state.ts';

/** Writes the entries of journals that are no stages. What belongs to nothing in the journal is not written. */
export class EntryWriter {
	readonly #memory: JournalMemory;
	readonly #log: JournalLog;

	constructor(memory: JournalMemory, log: JournalLog) {
		this.#memory = memory;
		this.#log = log;
	}

	/** An event of a stage; -1 when there is no such stage, or no room. */
	event(slot: number, event: number, stage: number, now: number): number {
		if (!this.#log.isStage(slot, stage)) return -1;
		const time = this.#log.time(slot, now);
		return this.#three(slot, meta(Kind.EVENT, event), stage, time);
	}

	/** A number that is no small integer. */
	number(slot: number, attribute: number, owner: number, value: number): void {
		if (this.#log.isOwner(slot, owner)) this.#withDouble(slot, meta(Kind.NUMBER, attribute), owner, value);
	}

	/** Three words about a stage or an event. */
	about(slot: number, word: number, owner: number, value: number): void {
		if (this.#log.isOwner(slot, owner)) this.#three(slot, word, owner, value);
	}

	/** A text of a stage or event. @returns its position; -1 when it was not written */
	attributeText(slot: number, attribute: number, owner: number, value: string, maxLength: number): number {
		if (!this.#log.isOwner(slot, owner)) return -1;
		return this.text(slot, Kind.TEXT, attribute, owner, value, maxLength);
	}

	/** Text, at most `maxLength` UTF-16 code units of it. @returns its position; -1 when it was not written */
	text(slot: number, kind: number, definition: number, owner: number, value: string, maxLength: number): number {
		const length = Math.min(value.length, maxLength);
		const words = (length + 3) >>> 2;
		if (length > MAX_TEXT_BYTES) return this.#wideText(slot, kind, definition, owner, value.slice(0, length));
		const at = this.#log.reserve(slot, 2 + words);
		if (at < 0) return -1;
		const log = this.#memory.logs[slot]!;
		let to = at + 2;
		let from = 0;
		let all = 0;
		for (; from + 4 <= length; from += 4) {
			const first = value.charCodeAt(from);
			const second = value.charCodeAt(from + 1);
			const third = value.charCodeAt(from + 2);
			const fourth = value.charCodeAt(from + 3);
			all |= first | second | third | fourth;
			log[to++] = first | (second << 8) | (third << 16) | (fourth << 24);
		}
		if (from < length) {
			let word = 0;
			for (let shift = 0; from < length; from++, shift += 8) {
				const code = value.charCodeAt(from);
				all |= code;
				word |= code << shift;
			}
			log[to] = word;
		}
		if (all > 127) {
			this.#memory.state[slot * STATE_WORDS + LENGTH] = at;
			return this.#wideText(slot, kind, definition, owner, value.slice(0, length));
		}
		log[at] = meta(kind, definition);
		log[at + 1] = owner | (length << LENGTH_SHIFT);
		return at;
	}

	failure(slot: number, error: number, stage: number, thrown: number, now: number): boolean {
		if (!this.#log.isStage(slot, stage)) return false;
		const time = this.#log.time(slot, now);
		const at = this.#log.reserve(slot, 4);
		const log = this.#memory.logs[slot]!;
		log[stage] = (log[stage]! & ~STATUS_MASK) | (StageStatus.ERROR << STATUS_SHIFT);
		if (at < 0) return false;
		log[at] = meta(Kind.FAILURE, error);
		log[at + 1] = stage;
		log[at + 2] = time;
		log[at + 3] = thrown;
		return true;
	}

	link(slot: number, type: number, stage: number, target: number): void {
		if (this.#log.isStage(slot, stage) && this.#log.isStage(slot, target))
			this.#three(slot, meta(Kind.LINK, type), stage, target);
	}

	/** `ids`: 4 words of a trace id, 2 of a span id. */
	remoteLink(slot: number, type: number, stage: number, ids: Int32Array, from: number, traceFlags: number): boolean {
		if (!this.#log.isStage(slot, stage)) return false;
		const at = this.#log.reserve(slot, 9);
		if (at < 0) return false;
		const log = this.#memory.logs[slot]!;
		log[at] = meta(Kind.REMOTE_LINK, type);
		log[at + 1] = stage;
		for (let word = 0; word < 6; word++) log[at + 2 + word] = ids[from + word]!;
		log[at + 8] = traceFlags;
		return true;
	}

	finish(slot: number, completed: number, stage: number, outcome: number, now: number): void {
		const time = this.#log.time(slot, now);
		const at = this.#log.reserve(slot, 4, 0);
		if (at < 0) return;
		const log = this.#memory.logs[slot]!;
		log[at] = meta(Kind.FINISH, completed);
		log[at + 1] = stage;
		log[at + 2] = time;
		log[at + 3] = outcome;
	}

	#three(slot: number, word: number, second: number, third: number): number {
		const at = this.#log.reserve(slot, 3);
		if (at < 0) return -1;
		const log = this.#memory.logs[slot]!;
		log[at] = word;
		log[at + 1] = second;
		log[at + 2] = third;
		return at;
	}

	#withDouble(slot: number, word: number, second: number, value: number): number {
		const at = this.#log.reserve(slot, 4);
		if (at < 0) return -1;
		const log = this.#memory.logs[slot]!;
		log[at] = word;
		log[at + 1] = second;
		writeDouble(value, log, at + 2);
		return at;
	}

	/** Bytes of a text that is not ASCII, or too long. */
	#wideText(slot: number, kind: number, definition: number, owner: number, value: string): number {
		const encoded = Buffer.from(value);
		let length = Math.min(encoded.length, MAX_TEXT_BYTES);
		// Not within a character.
		while (length < encoded.length && (encoded[length]! & 0xc0) === 0x80) length--;
		const words = (length + 3) >>> 2;
		const at = this.#log.reserve(slot, 2 + words);
		if (at < 0) return -1;
		const log = this.#memory.logs[slot]!;
		log.fill(0, at + 2, at + 2 + words);
		for (let byte = 0; byte < length; byte++) log[at + 2 + (byte >>> 2)]! |= encoded[byte]! << ((byte & 3) * 8);
		log[at] = meta(kind, definition);
		log[at + 1] = owner | (length << LENGTH_SHIFT);
		return at;
	}
}
