import { type Attributes, INVALID_SPAN_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import { followInside } from '../instrumentation/following.ts';
import { internalFailure } from '../instrumentation/internal-failure.ts';
import { openTelemetry } from '../opentelemetry/backend.ts';
import type { SpanDef } from '../registry/definitions.ts';
import type { SpanEntry } from '../registry/entries.ts';
import { isSwitchedOn } from '../runtime/switches.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { failSpan } from './failure-signal.ts';
import { contextOfStage, nearestStage, recordPosition, withOpened } from './record-position.ts';

export interface SpanOptions {
	/** @default INTERNAL */
	readonly kind?: SpanEntry['kind'];
	readonly attributes?: Attributes;
	/** The record that the work is about. After an await nothing else says so. @default the one whose wrapped call is running */
	readonly item?: object | undefined;
}

/** Definitions that no module owns: spans of a team's own are told under this package's name. */
const SHARED = 0;

/**
 * Runs `call` in a span of its own, which is active meanwhile and ends with it: when it returns, when its native promise settles, or when its
 * generator is done. Below the record's stage that is running here, else below the active span. Same result, same promise, same error;
 * an error is told by the innermost span that it passes.
 *
 * Without an OpenTelemetry SDK, while instrumentation is switched off, and for records that are left out, only `call` happens.
 */
export function withSpan<T>(this: unknown, name: string, options: SpanOptions, call: (span: Span) => T): T {
	const opened = isSwitchedOn(SHARED) ? open(name, options) : undefined;
	if (opened === undefined) return Reflect.apply(call, this, [trace.wrapSpanContext(INVALID_SPAN_CONTEXT)]);
	const { span, inside } = opened;
	const end = (isFailure: boolean, value: unknown) => {
		try {
			if (isFailure) failSpan(span, value, undefined);
			span.end();
		} catch (error) {
			internalFailure('withSpan', error);
		}
	};
	return followInside(inside, () => Reflect.apply(call, this, [span]) as T, end);
}

/** `withSpan` without options, for the common case of an awaited step. */
export function traceAsync<T>(this: unknown, name: string, call: (span: Span) => Promise<T>): Promise<T> {
	return Reflect.apply(withSpan<Promise<T>>, this, [name, {}, call]);
}

function open(name: string, { kind = 'INTERNAL', attributes, item }: SpanOptions) {
	try {
		const parent = contextOfStage(nearestStage(item));
		if (parent === undefined) return undefined;
		const span = openTelemetry()
			.tracerOf(SHARED as SpanDef)
			.startSpan(name, { kind: SpanKind[kind], attributes: { ...telemetry.attributes, ...attributes } }, parent);
		return { span, inside: withOpened(trace.setSpan(parent, span), span, recordPosition(item)) };
	} catch (error) {
		internalFailure('withSpan', error);
		return undefined;
	}
}
