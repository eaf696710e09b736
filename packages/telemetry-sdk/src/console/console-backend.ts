import { SpanStatusCode } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { traceRequestJson } from '../export/otlp-json.ts';
import type { SpanSink } from '../provider/trace-pipeline.ts';
import { LimitedLines, type LimitedLinesOptions } from './limited-lines.ts';

/** Telemetry for a person at a terminal. */
export interface ConsoleBackend {
	/** Of records. */
	readonly sink: SpanSink;
	/** All other spans. */
	readonly spans: SpanProcessor;
	readonly events: LogRecordProcessor;
}

/** A span in OTLP's JSON. */
interface JsonSpan {
	readonly traceId: string;
	readonly name: string;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly status?: { readonly code?: number; readonly message?: string };
}

interface JsonRequest {
	readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly JsonSpan[] }[] }[];
}

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;
const MISSING = '-'.repeat(8);

/** A line for each span and each event: to stderr, so that what the application prints stays its own. */
export function createConsoleBackend(
	options: Partial<LimitedLinesOptions> = {},
	write: LimitedLinesOptions['write'] = (line) => process.stderr.write(`${line}\n`),
): ConsoleBackend {
	const lines = new LimitedLines({ write, ...options });
	const nothing = { forceFlush: async () => lines.flush(), shutdown: async () => lines.flush() };
	return {
		sink: {
			send({ bytes }) {
				for (const { scopeSpans } of (traceRequestJson(bytes) as JsonRequest).resourceSpans ?? [])
					for (const { spans } of scopeSpans ?? []) for (const span of spans ?? []) lines.add(() => ofJson(span));
			},
		},
		spans: {
			onStart() {},
			onEnd(span) {
				if ((span.spanContext().traceFlags & 1) !== 0) lines.add(() => ofSpan(span));
			},
			...nothing,
		},
		events: {
			onEmit({ hrTime, eventName, severityText, spanContext, body }) {
				lines.add(() => {
					const said = typeof body === 'string' ? body : '';
					return line(millisecondsOf(hrTime), eventName ?? 'log', severityText ?? '', spanContext?.traceId, said);
				});
			},
			...nothing,
		},
	};
}

function ofJson({ traceId, name, startTimeUnixNano, endTimeUnixNano, status }: JsonSpan): string {
	const nanoseconds = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano));
	const endMs = Number(BigInt(endTimeUnixNano) / BigInt(NS_PER_MS));
	return line(endMs, name, duration(nanoseconds / NS_PER_MS), traceId, said(status));
}

function ofSpan(span: ReadableSpan): string {
	const { traceId } = span.spanContext();
	return line(
		millisecondsOf(span.endTime),
		span.name,
		duration(millisecondsOf(span.duration)),
		traceId,
		said(span.status),
	);
}

function line(epochMs: number, name: string, what: string, traceId: string | undefined, text: string): string {
	const time = new Date(epochMs).toISOString().slice(11, 23);
	return `${time} ${(traceId ?? MISSING).slice(0, 8)} ${name.padEnd(32)} ${what.padStart(11)} ${text}`.trimEnd();
}

function said(status: { readonly code?: number; readonly message?: string } | undefined): string {
	return status?.code === SpanStatusCode.ERROR ? `ERROR ${status.message ?? ''}` : '';
}

function duration(milliseconds: number): string {
	return `${milliseconds.toFixed(3)} ms`;
}

function millisecondsOf([seconds, nanoseconds]: readonly [number, number]): number {
	return seconds * MS_PER_S + nanoseconds / NS_PER_MS;
}
