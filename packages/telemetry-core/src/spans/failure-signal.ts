import * as api from '@opentelemetry/api';
import { type Attributes, context as contextApi, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { LoggerLike } from '../opentelemetry/event-sink.ts';
import { exceptionAttributes, exceptionFrames, exceptionType, failureAttributes } from '../opentelemetry/failure.ts';
import type { Named } from '../registry/define.ts';
import { errorNamed, lookUpError } from '../registry/define.ts';
import type { ErrorDef } from '../registry/definitions.ts';
import type { ErrorEntry } from '../registry/entries.ts';
import { nowMs } from '../runtime/clock.ts';

/** Where an error's exception is told: an event of the span, a log record, or both. */
type ExceptionSignal = 'span' | 'logs' | 'logs/dup';

const OPT_IN = 'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN';
const EVENT_NAME = 'exception';
const ERROR_SEVERITY = 17;
const LOGS_OF_2X = Symbol.for('io.opentelemetry.js.api.logs');

interface LoggerProviderLike {
	getLogger(name: string): LoggerLike;
}

/** Trace in which an error was told: the spans that it passes on its way up only fail. */
const toldIn = new WeakMap<object, string>();

/** @see https://opentelemetry.io/docs/specs/semconv/exceptions/ */
function exceptionSignal(): ExceptionSignal {
	const text = process.env[OPT_IN]?.trim();
	return text === 'logs' || text === 'logs/dup' ? text : 'span';
}

/** The registry's facts of an error: by the definition that was given, else by the error's own `code`. */
export function errorFacts(error: unknown, code: ErrorDef | undefined): Named<ErrorEntry> | undefined {
	if (code !== undefined) return lookUpError(code);
	const own = typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined;
	const named = typeof own === 'string' ? errorNamed(own) : undefined;
	return named === undefined ? undefined : lookUpError(named);
}

/** Marks a span as failed and tells the exception, once for each error and trace. Messages stay unsaid: they quote the data. */
export function failSpan(span: Span, error: unknown, code: ErrorDef | undefined): void {
	if (!span.isRecording()) return;
	const named = errorFacts(error, code);
	const type = exceptionType(error);
	span.setAttributes((named === undefined ? { 'error.type': type } : failureAttributes(named)) as Attributes);
	span.setStatus({ code: SpanStatusCode.ERROR, message: named?.name ?? type });
	const { traceId } = span.spanContext();
	if (typeof error === 'object' && error !== null) {
		if (toldIn.get(error) === traceId) return;
		toldIn.set(error, traceId);
	}
	tell(span, named === undefined ? withoutCode(type, error) : exceptionAttributes(named, error));
}

function withoutCode(type: string, error: unknown): Record<string, string> {
	const frames = exceptionFrames(error);
	return { 'exception.type': type, ...(frames === '' ? {} : { 'exception.stacktrace': `${type}\n${frames}` }) };
}

function tell(span: Span, attributes: Record<string, string>): void {
	const signal = exceptionSignal();
	const provider = signal === 'span' ? undefined : loggerProvider();
	provider?.getLogger('@pipeline/telemetry-core').emit({
		eventName: EVENT_NAME,
		timestamp: nowMs(),
		severityNumber: ERROR_SEVERITY,
		severityText: 'ERROR',
		attributes,
		context: trace.setSpan(contextApi.active(), span),
	});
	// Also where there is no logs API: an error is rather told in the old way than not at all.
	if (signal !== 'logs' || provider === undefined) span.addEvent(EVENT_NAME, attributes);
}

/** The API of the 2.x line has its logs in a package of its own. */
function loggerProvider(): LoggerProviderLike | undefined {
	const { logs } = api as { readonly logs?: { getLoggerProvider(): LoggerProviderLike } };
	if (logs !== undefined) return logs.getLoggerProvider();
	const own = (globalThis as Record<symbol, unknown>)[LOGS_OF_2X];
	return typeof own === 'function' ? (own as (version: number) => LoggerProviderLike)(1) : undefined;
}
