import { trace } from '@opentelemetry/api';
import { isFollowed, NO_JOURNAL, telemetry } from '@pipeline/telemetry-core';

/** Where a line was written, under the names that log lines have. */
export interface Correlation {
	trace_id?: string;
	span_id?: string;
	/** Two hexadecimal digits. */
	trace_flags?: string;
	record_id?: string;
}

const flagsText = (flags: number) => flags.toString(16).padStart(2, '0');

/**
 * The record that is being worked on, else the active span.
 *
 * @param item the record that the line is about: after an await nothing else says so
 */
export function correlation(item?: unknown): Correlation {
	const { tracer } = telemetry;
	let { journal, stage } = tracer.current;
	if (typeof item === 'object' && item !== null && tracer.journalOf(item) !== NO_JOURNAL) {
		journal = tracer.journalOf(item);
		stage = tracer.stageOf(item);
	}
	if (isFollowed(journal)) {
		const { traceId, spanId, traceFlags = 0 } = tracer.inject(journal, stage, {});
		if (traceId !== undefined && spanId !== undefined) {
			const recordId = tracer.recordIdOf(journal);
			const place = { trace_id: traceId, span_id: spanId, trace_flags: flagsText(traceFlags) };
			return recordId === undefined ? place : { ...place, record_id: recordId };
		}
	}
	const context = trace.getActiveSpan()?.spanContext();
	if (context === undefined || !trace.isSpanContextValid(context)) return {};
	return { trace_id: context.traceId, span_id: context.spanId, trace_flags: flagsText(context.traceFlags) };
}

/** The option `mixin` of a team's own pino: its lines carry the ids of the record, or the span, that they were written in. Never throws. */
export function telemetryMixin(merged: object = {}): Correlation {
	try {
		return correlation((merged as { readonly record?: unknown }).record);
	} catch {
		return {};
	}
}
