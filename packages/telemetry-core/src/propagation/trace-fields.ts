/**
 * Trace position of an item that leaves the process or is persisted, as plain JSON (`structures.md` on the wire:
 * `trace_id`, `span_id`, ...). Added by telemetry: optional on every structure, outside every checksum.
 */
export interface TraceFields {
	/** 32 lowercase hex digits, not all zero. */
	traceId?: string;
	/** 16 lowercase hex digits, not all zero: the span that last handled the item, parent of the next stage's span. */
	spanId?: string;
	/** Parent of `spanId`; absent on a root. */
	parentSpanId?: string;
	/** W3C trace flags, 0..255. Only the sampled and the random bit are ever written to a header. */
	traceFlags?: number;
	/** W3C `tracestate`, at most 512 characters. */
	traceState?: string;
	/**
	 * W3C Baggage, at most 64 members and 8,192 bytes serialised. Values are decoded. Properties of the member `key`
	 * are kept, as received, under `key;` (no baggage key contains a semicolon).
	 */
	baggage?: Record<string, string>;
}

/** TraceFields that place an item in a trace: what `COMPLETE` promises. */
export interface CompleteTraceFields extends TraceFields {
	traceId: string;
	spanId: string;
	traceFlags: number;
}

/**
 * What was found in headers or in fields from outside. `COMPLETE`: ids are well formed. `ABSENT`: no trace context at all.
 * `MALFORMED`: there was one and it is not usable; begin a new root. Baggage stands on its own and may be present in all three.
 */
export type TraceContextResult =
	| { readonly status: 'COMPLETE'; readonly fields: CompleteTraceFields }
	| { readonly status: 'ABSENT' | 'MALFORMED'; readonly fields: TraceFields };
