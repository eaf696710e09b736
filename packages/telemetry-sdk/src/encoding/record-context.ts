// Hot path of kept records: the ids of every span.
import type { EpochKeys } from '@pipeline/telemetry-core';
import { RANDOM_FLAG, SAMPLED_FLAG } from '@pipeline/telemetry-core/propagation';
import * as Flag from '../recorder/flag.ts';
import * as HEADER from '../recorder/header.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { JournalOutline } from './journal-outline.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { TraceOrigin, TraceStates } from './trace-states.ts';

/** OTLP: whether the parent (or link) is remote is known, and that it is. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const NO_STATE = new Uint8Array(0);

/** The trace that the spans of the current journal belong to: ids, flags, trace state. */
export class RecordContext {
	readonly #outline: JournalOutline;
	readonly #states: TraceStates;
	#ids = new Uint32Array(0);
	/** The same words; unsigned ones above 2^31 would not be small integers. */
	#signedIds = new Int32Array(0);
	#traceFlags = 0;
	/** Flags in the journal's header. */
	flags = 0;
	state: Uint8Array = NO_STATE;

	constructor(outline: JournalOutline, redaction: Redaction | undefined) {
		this.#outline = outline;
		this.#states = new TraceStates(redaction);
	}

	/** Takes over the journal that was outlined last. */
	read(keys: EpochKeys): void {
		const { words, at, length, stages, stageCount, ownState } = this.#outline;
		if (this.#ids.length < length * 2) {
			this.#ids = new Uint32Array(Math.max(2_048, length * 4));
			this.#signedIds = new Int32Array(this.#ids.buffer);
		}
		const sequence = words[at + HEADER.SEQUENCE]!;
		for (let index = 0; index < stageCount; index++) {
			const stage = stages[index]!;
			keys.writeSpanId(sequence, stage, this.#ids, stage * 2);
		}
		const flags = words[at + HEADER.FLAGS]!;
		this.flags = flags;
		this.#traceFlags = SAMPLED_FLAG | ((flags & Flag.RANDOM) === 0 ? 0 : RANDOM_FLAG);
		this.state = this.#states.of(words, ownState === 0 ? -1 : at + ownState, originOf(flags));
	}

	/** Whether the span that the journal goes on from is known. */
	get hasRemoteParent(): boolean {
		const { words, at } = this.#outline;
		const parent = at + HEADER.PARENT_SPAN_ID;
		return (this.flags & Flag.ROOT) === 0 && (words[parent]! | words[parent + 1]!) !== 0;
	}

	/** A remote link's trace state. */
	stateOf(entry: number): Uint8Array {
		return entry === 0 ? NO_STATE : this.#states.of(this.#outline.words, this.#outline.at + entry, TraceOrigin.SAMPLED);
	}

	/** Flags of a span or a link: W3C's, and whether what it hangs under (or leads to) is in another process. */
	otlpFlags(isRemote: boolean): number {
		return this.#traceFlags | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0);
	}

	writeTraceId(writer: ProtobufWriter): void {
		writeIds(writer, this.#outline.words, this.#outline.at + HEADER.TRACE_ID, 4);
	}

	/** Writes the id of the span that the journal goes on from. */
	writeRemoteParent(view: DataView, at: number): void {
		const { words, at: begin } = this.#outline;
		view.setInt32(at, words[begin + HEADER.PARENT_SPAN_ID]!);
		view.setInt32(at + 4, words[begin + HEADER.PARENT_SPAN_ID + 1]!);
	}

	/** Writes the id of a written stage's span. */
	writeSpanId(view: DataView, at: number, stage: number): void {
		const ids = this.#signedIds;
		view.setInt32(at, ids[stage * 2]!);
		view.setInt32(at + 4, ids[stage * 2 + 1]!);
	}
}

/** Flags of a link to another process. */
export function remoteLinkFlags(traceFlags: number): number {
	return (traceFlags & 0xff) | HAS_IS_REMOTE | IS_REMOTE;
}

/** Writes the words of an id, most significant first. */
export function writeIds(writer: ProtobufWriter, words: Int32Array, from: number, count: number): void {
	for (let word = from; word < from + count; word++, writer.pos += 4) writer.view.setInt32(writer.pos, words[word]!);
}

function originOf(flags: number): TraceOrigin {
	if ((flags & Flag.KEEP) === 0) return TraceOrigin.SAMPLED;
	return (flags & Flag.SAMPLED) === 0 ? TraceOrigin.PROMOTED : TraceOrigin.KEPT;
}
