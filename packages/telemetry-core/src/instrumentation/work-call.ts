import {
	type Context,
	context as contextApi,
	createContextKey,
	ROOT_CONTEXT,
	SpanKind,
	SpanStatusCode,
	trace,
} from '@opentelemetry/api';
import { openTelemetry } from '../opentelemetry/backend.ts';
import { placeOf } from '../opentelemetry/projection.ts';
import { toSpanContext } from '../propagation/span-context.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { lookUpSpan } from '../registry/define.ts';
import type { EventDef, SpanDef } from '../registry/definitions.ts';
import { nowMs } from '../runtime/clock.ts';
import { compactContext } from '../runtime/compact-context.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { EventDetail } from '../signals/event-sink.ts';
import { followInside, guarded } from './following.ts';
import { internalFailure } from './internal-failure.ts';
import type { Wrap } from './operation.ts';
import { WorkSpan } from './work-span.ts';

/**
 * How one call about a batch, job or connection is told: an ordinary span, active while the call runs, so that HTTP, database and
 * messaging spans nest under it.
 */
export interface WorkCall<First = never, Second = never, Result = never, Self = never> {
	readonly span: SpanDef;
	/** Parent that came with a message. @default the active span; `root` for a trace of its own */
	readonly parent?: (first: First, second: Second, self: Self) => Readonly<TraceFields> | 'root' | undefined;
	/** Long work says that it began: the event and what it tells. */
	readonly started?: {
		readonly event: EventDef;
		readonly detail: (first: First, second: Second, self: Self) => EventDetail;
	};
	readonly opened?: (span: WorkSpan, first: First, second: Second, self: Self) => void;
	readonly settled?: (span: WorkSpan, result: Result, first: First, second: Second, self: Self) => void;
	readonly failed?: (span: WorkSpan, error: unknown, first: First, second: Second, self: Self) => void;
	/** After the span ended: metrics and events. `result` is undefined when the call failed. */
	readonly after?: (
		span: WorkSpan,
		seconds: number,
		result: Result | undefined,
		first: First,
		second: Second,
		self: Self,
	) => void;
}

type Any = WorkCall<unknown, unknown, unknown, unknown>;

const WORK = createContextKey('pipeline.work');

/** The innermost work that is running here, awaited or not, if it is of this kind and its span is open. */
export function workInContext(definition: SpanDef): WorkSpan | undefined {
	const work = contextApi.active().getValue(WORK) as
		| { readonly definition: SpanDef; readonly span: WorkSpan }
		| undefined;
	return work?.definition === definition && work.span.span.isRecording() ? work.span : undefined;
}

/** Wraps a call about a batch, job or connection into an active span. Same result, same promise, same error. */
export function workCall<First, Second, Result, Self>(typed: WorkCall<First, Second, Result, Self>): Wrap {
	const call = typed as unknown as Any;
	return (original, operation) =>
		function worked(this: unknown, first: unknown, second: unknown): unknown {
			if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
			const startedMs = nowMs();
			const context = contextApi.active();
			let span: WorkSpan | undefined;
			let inside: Context = context;
			try {
				const parent = call.parent?.(first, second, this);
				span = startWork(call.span, parent, context);
				inside = trace.setSpan(compactContext(context), span.span).setValue(WORK, { definition: call.span, span });
				call.opened?.(span, first, second, this);
				if (call.started !== undefined) {
					telemetry.events.emit(call.started.event, {
						context: span.position(),
						...call.started.detail(first, second, this),
					});
				}
			} catch (error) {
				internalFailure(operation.name, error);
			}
			const end = (isFailure: boolean, value: unknown): void => {
				if (span === undefined) return;
				const seconds = (nowMs() - startedMs) / 1000;
				guarded(operation.name, () => {
					if (!isFailure) return call.settled?.(span, value, first, second, this);
					call.failed?.(span, value, first, second, this);
					if (!span.failed) span.span.setStatus({ code: SpanStatusCode.ERROR });
				});
				span.span.end();
				guarded(operation.name, () => call.after?.(span, seconds, isFailure ? undefined : value, first, second, this));
			};
			return followInside(inside, () => Reflect.apply(original, this, arguments), end);
		};
}

/** Starts a span of batch grain under the given position, the active span, or a trace of its own. */
export function startWork(
	definition: SpanDef,
	parent: Readonly<TraceFields> | 'root' | undefined,
	active: Context,
): WorkSpan {
	const named = lookUpSpan(definition);
	const name = named?.name ?? 'unknown';
	const remote = parent === undefined || parent === 'root' ? undefined : toSpanContext(parent);
	const context = remote === undefined ? active : trace.setSpanContext(ROOT_CONTEXT, remote);
	const span = openTelemetry()
		.tracerOf(definition)
		.startSpan(
			name,
			{
				kind: SpanKind[named?.entry.kind ?? 'INTERNAL'],
				root: parent === 'root',
				attributes: { ...telemetry.attributes, ...placeOf(name) },
			},
			context,
		);
	return new WorkSpan(span);
}
