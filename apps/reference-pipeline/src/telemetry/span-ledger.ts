import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { readHexWords, writeHexWords } from '@pipeline/telemetry-core';
import { lookUpSpan, spanNamed } from '@pipeline/telemetry-core/registry';
import type { EncodedSpans, SpanSink } from '@pipeline/telemetry-sdk';
import { readSpans } from './encoded-spans.ts';

/** Words of one row: trace id (4), span id (2), parent span id (2), what it is. */
const ROW = 9;
const ROOT_ROW = 1;
const COMPLETION_ROW = 2;
const START_ROWS = 65_536;
const COMPLETION = 'gamma.trace.complete';

/** Ids and parents of every record span of a process: 36 bytes each, so that the traces of a whole run can be checked. */
export class SpanLedger implements SpanProcessor, SpanSink {
	#words = new Uint32Array(START_ROWS * ROW);
	#rows = 0;
	#spans = 0;

	onStart(): void {}

	onEnd(span: ReadableSpan): void {
		this.#spans++;
		const definition = spanNamed(span.name);
		if (definition === undefined || lookUpSpan(definition)?.entry.grain !== 'record') return;
		const { traceId, spanId } = span.spanContext();
		const parent = span.parentSpanContext?.spanId;
		const at = this.#next();
		readHexWords(traceId, this.#words, at);
		readHexWords(spanId, this.#words, at + 4);
		if (parent !== undefined) readHexWords(parent, this.#words, at + 6);
		this.#words[at + 8] = (parent === undefined ? ROOT_ROW : 0) | (span.name === COMPLETION ? COMPLETION_ROW : 0);
	}

	/** The same for spans that come encoded. */
	send({ bytes }: EncodedSpans): void {
		readSpans(bytes, ({ name, traceId, spanId, parentSpanId }) => {
			this.#spans++;
			const at = this.#next();
			copyWords(traceId, this.#words, at);
			copyWords(spanId, this.#words, at + 4);
			copyWords(parentSpanId, this.#words, at + 6);
			this.#words[at + 8] = (parentSpanId.length === 0 ? ROOT_ROW : 0) | (name === COMPLETION ? COMPLETION_ROW : 0);
		});
	}

	/** What ended since the last call: the number of all spans, those of batches and libraries included, and the rows. */
	take(): { readonly spans: number; readonly rows: Uint32Array } {
		const taken = { spans: this.#spans, rows: this.#words.slice(0, this.#rows * ROW) };
		this.#spans = 0;
		this.#rows = 0;
		return taken;
	}

	async forceFlush(): Promise<void> {}

	async shutdown(): Promise<void> {}

	#next(): number {
		if ((this.#rows + 1) * ROW > this.#words.length) {
			const wider = new Uint32Array(this.#words.length * 2);
			wider.set(this.#words);
			this.#words = wider;
		}
		return this.#rows++ * ROW;
	}
}

function copyWords(bytes: Uint8Array, words: Uint32Array, at: number): void {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let word = 0; word * 4 < bytes.length; word++) words[at + word] = view.getUint32(word * 4);
}

export interface TraceCheck {
	readonly traces: number;
	/** Traces with exactly one root, in which every parent exists. */
	readonly connected: ReadonlySet<string>;
	/** `gamma.trace.complete` spans, by trace. */
	readonly completions: ReadonlyMap<string, number>;
	/** Up to five of the others, for the message. */
	readonly faults: readonly string[];
}

/** Checks the traces of a run, from the rows of all its processes. Traces go by their id in hex. */
export function checkTraces(parts: readonly Uint32Array[]): TraceCheck {
	const traces = new Map<string, { part: Uint32Array; at: number }[]>();
	const completions = new Map<string, number>();
	for (const part of parts) {
		for (let at = 0; at < part.length; at += ROW) {
			const trace = writeHexWords(part, at, 4);
			const rows = traces.get(trace);
			if (rows === undefined) traces.set(trace, [{ part, at }]);
			else rows.push({ part, at });
			if ((part[at + 8] as number) & COMPLETION_ROW) completions.set(trace, (completions.get(trace) ?? 0) + 1);
		}
	}
	const connected = new Set<string>();
	const faults: string[] = [];
	for (const [trace, rows] of traces) {
		const fault = faultOf(rows);
		if (fault === undefined) connected.add(trace);
		else if (faults.length < 5) faults.push(`${trace}: ${fault}`);
	}
	return { traces: traces.size, connected, completions, faults };
}

function faultOf(rows: readonly { part: Uint32Array; at: number }[]): string | undefined {
	const ids = new Set(rows.map(({ part, at }) => key(part, at + 4, 2)));
	const roots = rows.filter(({ part, at }) => (part[at + 8] as number) & ROOT_ROW).length;
	if (roots !== 1) return `${roots} roots`;
	const orphans = rows.filter(
		({ part, at }) => !((part[at + 8] as number) & ROOT_ROW) && !ids.has(key(part, at + 6, 2)),
	).length;
	return orphans === 0 ? undefined : `${orphans} spans without their parent`;
}

function key(words: Uint32Array, from: number, count: number): string {
	let text = '';
	for (let word = from; word < from + count; word++) text += `${(words[word] as number).toString(36)}.`;
	return text;
}
