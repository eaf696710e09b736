// Hot path of what is sent: what the log records of a journal share is written once and then copied.
import type { EpochKeys } from '@pipeline/telemetry-core';
import * as Flag from '../recorder/flag.ts';
import * as HEADER from '../recorder/header.ts';
import { ENTRY_KIND_MASK, STAGE_WORD } from '../recorder/layout.ts';
import { traceFlagsOf } from '../recorder/position.ts';
import { attributeBytes } from './attribute-value.ts';
import type { AuditTemplates, DimensionTemplate } from './audit-templates.ts';
import type { DimensionWriter } from './dimension-writer.ts';
import { writeHexWord } from './hex-bytes.ts';
import type { JournalOutline } from './journal-outline.ts';
import { LOG_ATTRIBUTES, type LogRecordFrame } from './log-record-frame.ts';

const NOWHERE = -1;
const PARENT_SPAN_ID = attributeBytes(LOG_ATTRIBUTES, 'pipeline.parent_span_id', '0'.repeat(16));

/** Which record an event is about, and at which of its stages it occurred. */
export class RecordFields {
	readonly #frame: LogRecordFrame;
	readonly #outline: JournalOutline;
	readonly #dimensions: DimensionWriter;
	/** Each is what the first of its sources says. */
	readonly #identity: readonly (readonly DimensionTemplate[])[];
	readonly #ids = new Uint32Array(2);
	/** The same words; unsigned ones above 2^31 would not be small integers. */
	readonly #signedIds = new Int32Array(this.#ids.buffer);
	#keys: EpochKeys | undefined;
	#place = NOWHERE;
	#length = 0;

	constructor(frame: LogRecordFrame, outline: JournalOutline, dimensions: DimensionWriter, templates: AuditTemplates) {
		this.#frame = frame;
		this.#outline = outline;
		this.#dimensions = dimensions;
		const dimension = (name: string, from = name) => templates.dimension(name, templates.indexOf(from));
		this.#identity = [
			[dimension('pipeline.record_id')],
			[dimension('pipeline.batch_id')],
			[dimension('pipeline.correlation_id'), dimension('pipeline.correlation_id', 'pipeline.batch_id')],
		];
	}

	/** The log records that follow are of the outlined journal. */
	begin(keys: EpochKeys): void {
		this.#keys = keys;
		this.#place = NOWHERE;
	}

	/** The span above a stage's. Without one: that of the process before this one, if there was one. */
	writeParent(stage: number): void {
		const { words, at } = this.#outline;
		const here = this.#positionOf(stage);
		if (here > 0) {
			this.#spanId(Math.max(0, words[at + here + 1]!));
			this.#writeParent(this.#signedIds, 0);
		} else if ((words[at + HEADER.FLAGS]! & Flag.ROOT) === 0) this.#writeParent(words, at + HEADER.PARENT_SPAN_ID);
	}

	/** Everything behind it: record, producer, trace, and a stage's span. */
	write(stage: number): void {
		const { writer } = this.#frame;
		if (this.#place === NOWHERE) this.#writeShared();
		else {
			writer.reserve(this.#length);
			writer.bytes.copyWithin(writer.pos, this.#place, this.#place + this.#length);
			writer.pos += this.#length;
		}
		if (!this.#hasTrace()) return;
		this.#spanId(this.#positionOf(stage));
		this.#frame.span(this.#signedIds, 0);
	}

	/** What was written is no longer where it was. */
	forget(): void {
		this.#place = NOWHERE;
	}

	#writeShared(): void {
		const { writer } = this.#frame;
		const { words, at, record } = this.#outline;
		const place = writer.pos;
		for (const sources of this.#identity) {
			const source = sources.find(({ from }) => (record[from] ?? 0) > 0);
			if (source !== undefined) this.#dimensions.write(source, record[source.from]!, false);
		}
		this.#frame.producer();
		if (this.#hasTrace()) this.#frame.trace(traceFlagsOf(words[at + HEADER.FLAGS]!), words, at + HEADER.TRACE_ID);
		this.#place = place;
		this.#length = writer.pos - place;
	}

	/** A trace of zeros is none. */
	#hasTrace(): boolean {
		const { words, at } = this.#outline;
		const id = at + HEADER.TRACE_ID;
		return (words[id]! | words[id + 1]! | words[id + 2]! | words[id + 3]!) !== 0;
	}

	#spanId(stage: number): void {
		const { words, at } = this.#outline;
		this.#keys!.writeSpanId(words[at + HEADER.SEQUENCE]!, stage, this.#ids, 0);
	}

	#writeParent(ids: Int32Array, from: number): void {
		const { writer } = this.#frame;
		writer.append(PARENT_SPAN_ID);
		writeHexWord(writer.view, writer.pos - 16, ids[from]!);
		writeHexWord(writer.view, writer.pos - 8, ids[from + 1]!);
	}

	/** What is no stage counts as the entry stage. */
	#positionOf(stage: number): number {
		const { words, at } = this.#outline;
		return this.#outline.isOwner(stage) && (words[at + stage]! & ENTRY_KIND_MASK) === STAGE_WORD ? stage : 0;
	}
}
