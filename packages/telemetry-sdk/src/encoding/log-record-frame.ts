// Hot path of what is sent: what stands around the attributes of every log record.
import type { Scope } from '@pipeline/telemetry-core';
import { producerBits, writeSpooledEventId } from '../spool/event-id.ts';
import { attributeBytes, writeAttribute } from './attribute-value.ts';
import { writeHexHalf, writeHexWord } from './hex-bytes.ts';
import { type ProtobufWriter, tag } from './protobuf-writer.ts';
import { writeIds } from './record-context.ts';
import type { TraceRequest } from './trace-request.ts';
import { UnixNanos } from './unix-nanos.ts';

/** Field of a log record's attributes. */
export const LOG_ATTRIBUTES = 6;
const LOG_RECORD = tag(2, 2);
const TIME = tag(1, 1);
const FLAGS = tag(8, 5);
const TRACE_ID = tag(9, 2);
const SPAN_ID = tag(10, 2);
const OBSERVED_TIME = tag(11, 1);
const TIME_BYTES = 8;
const UUID_BYTES = 36;
const EVENT_ID = attributeBytes(LOG_ATTRIBUTES, 'pipeline.event.id', '-'.repeat(UUID_BYTES));

/** Where an event stands in the spool. */
export interface SpoolPlace {
	readonly seq: number;
	/** Number of the last entry before it that became events. */
	readonly previous: number;
}

export interface LogRecordFrameOptions {
	/** Who speaks for the definitions of a base. */
	readonly scopeOf: (base: number) => Scope;
	readonly producerId: string;
}

/** Begins and ends the log records of a request, and numbers those of one entry of the spool. */
export class LogRecordFrame {
	readonly writer: ProtobufWriter;
	readonly #options: LogRecordFrameOptions;
	readonly #request: TraceRequest;
	readonly #nanos = new UnixNanos();
	readonly #scopes = new Map<number, number>();
	readonly #producer: number;
	readonly #producerId: Uint8Array;
	readonly #id = new Int32Array(4);
	#place: SpoolPlace = { seq: 0, previous: 0 };
	#index = 0;

	constructor(request: TraceRequest, options: LogRecordFrameOptions) {
		this.#request = request;
		this.writer = request.writer;
		this.#options = options;
		this.#producer = producerBits(options.producerId);
		this.#producerId = attributeBytes(LOG_ATTRIBUTES, 'audit.producer_id', options.producerId);
	}

	/** Log records of this entry come next. */
	begin(place: SpoolPlace): void {
		this.#place = place;
		this.#index = 0;
	}

	/** Log records since `begin`. */
	get written(): number {
		return this.#index;
	}

	/** @param base of the event's definition. @returns where the log record's length is, for `close` */
	open(base: number, timeMs: number): number {
		const { writer } = this;
		this.#request.begin(this.#scopeNumber(base));
		writer.reserve(64);
		writer.bytes[writer.pos++] = LOG_RECORD;
		const start = writer.openLong();
		writer.bytes[writer.pos++] = TIME;
		this.#nanos.clear();
		this.#nanos.write(this.#nanos.addBase(timeMs), 0, writer.view, writer.pos);
		writer.pos += TIME_BYTES;
		return start;
	}

	/** The event's id: the same whenever the entry is sent. */
	eventId(timeMs: number): void {
		const { writer } = this;
		const id = this.#id;
		writeSpooledEventId(this.#producer, this.#place.seq, this.#index, timeMs, id);
		writer.append(EVENT_ID);
		const { view } = writer;
		// The dashes are there.
		const at = writer.pos - UUID_BYTES;
		writeHexWord(view, at, id[0]!);
		writeHexHalf(view, at + 9, id[1]! >>> 16);
		writeHexHalf(view, at + 14, id[1]!);
		writeHexHalf(view, at + 19, id[2]! >>> 16);
		writeHexHalf(view, at + 24, id[2]!);
		writeHexWord(view, at + 28, id[3]!);
	}

	/** Whose entry it is, and its number. */
	producer(): void {
		const { writer } = this;
		const { seq, previous } = this.#place;
		writer.append(this.#producerId);
		writeAttribute(writer, LOG_ATTRIBUTES, 'audit.producer_seq', seq);
		writeAttribute(writer, LOG_ATTRIBUTES, 'audit.producer_previous_seq', previous);
	}

	/** @param ids four words at `at`, most significant first */
	trace(traceFlags: number, ids: Int32Array, at: number): void {
		const { writer } = this;
		writer.reserve(32);
		writer.bytes[writer.pos++] = FLAGS;
		writer.fixed32(traceFlags);
		writer.bytes[writer.pos++] = TRACE_ID;
		writer.bytes[writer.pos++] = 16;
		writeIds(writer, ids, at, 4);
	}

	/** @param ids two words at `at`, most significant first */
	span(ids: Int32Array, at: number): void {
		const { writer } = this;
		writer.reserve(32);
		writer.bytes[writer.pos++] = SPAN_ID;
		writer.bytes[writer.pos++] = 8;
		writeIds(writer, ids, at, 2);
	}

	/** @returns false when what was written since `open` had to move */
	close(start: number): boolean {
		this.#index++;
		return this.writer.closeLong(start);
	}

	/** The time of `open` once more: it was observed when it occurred. */
	observed(start: number): void {
		const { writer } = this;
		const { view } = writer;
		// Behind two bytes of length and the tag.
		const time = start + 3;
		writer.reserve(16);
		writer.bytes[writer.pos++] = OBSERVED_TIME;
		view.setInt32(writer.pos, view.getInt32(time));
		view.setInt32(writer.pos + 4, view.getInt32(time + 4));
		writer.pos += TIME_BYTES;
	}

	#scopeNumber(base: number): number {
		const known = this.#scopes.get(base);
		if (known !== undefined) return known;
		const scope = this.#request.scopeNumber(this.#options.scopeOf(base));
		this.#scopes.set(base, scope);
		return scope;
	}
}
