import protobuf from 'protobufjs/minimal.js';

/** What the checks of a run want to know of an exported span. */
export interface ExportedSpan {
	readonly name: string;
	readonly traceId: Uint8Array;
	readonly spanId: Uint8Array;
	/** Empty on a root. */
	readonly parentSpanId: Uint8Array;
}

const NONE = new Uint8Array();
const LENGTH_DELIMITED = 2;
/** ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans and ScopeSpans.spans; those of logs have the same numbers. */
const PATH = [1, 2, 2] as const;

/** Reads one item, which ends at `end`. */
type ReadItem = (reader: protobuf.Reader, end: number) => void;

/** Reads the spans of an encoded `ExportTraceServiceRequest`: ids and names only, or checking a run would cost more than the run. */
export function readSpans(bytes: Uint8Array, visit: (span: ExportedSpan) => void): void {
	readItems(bytes, (reader, end) => visit(readSpan(reader, end)));
}

/** Calls back for each span or log record of an encoded export request. */
export function readItems(bytes: Uint8Array, read: ReadItem): void {
	descend(protobuf.Reader.create(bytes), bytes.length, 0, read);
}

function descend(reader: protobuf.Reader, end: number, depth: number, read: ReadItem): void {
	while (reader.pos < end) {
		const tag = reader.uint32();
		if (tag >>> 3 !== PATH[depth] || (tag & 7) !== LENGTH_DELIMITED) {
			reader.skipType(tag & 7);
			continue;
		}
		const inner = reader.uint32() + reader.pos;
		if (depth === PATH.length - 1) read(reader, inner);
		else descend(reader, inner, depth + 1, read);
	}
}

function readSpan(reader: protobuf.Reader, end: number): ExportedSpan {
	let name = '';
	let traceId: Uint8Array = NONE;
	let spanId: Uint8Array = NONE;
	let parentSpanId: Uint8Array = NONE;
	while (reader.pos < end) {
		const tag = reader.uint32();
		const field = tag >>> 3;
		if (field === 1) traceId = reader.bytes();
		else if (field === 2) spanId = reader.bytes();
		else if (field === 4) parentSpanId = reader.bytes();
		else if (field === 5) name = reader.string();
		else reader.skipType(tag & 7);
	}
	return { name, traceId, spanId, parentSpanId };
}
