import { isModule } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import type { TraceSpan } from '../traces/trace-by-id.ts';
import type { JourneyStage } from './journey.ts';
import { stageSubject } from './stage-subject.ts';

/** A stage, and in which module. */
export interface PlacedStage extends JourneyStage {
	readonly module: string;
}

/** From so many spans alike they are shown as one. */
const SHORTEST_RUN = 3;

/**
 * Stages of the spans of a trace. Neighbours alike that have nothing below them and did not fail, as the rules of a validation, become one.
 *
 * @param spans every one after its parent
 * @param zeroMs begin of the journey, milliseconds since 1970
 */
export function spanStages(spans: readonly TraceSpan[], zeroMs: number): readonly PlacedStage[] {
	const parents = new Set(spans.map(({ parentSpanId }) => parentSpanId));
	const isPlain = (span: TraceSpan | undefined) =>
		span !== undefined && span.status !== 'ERROR' && !parents.has(span.spanId) && attemptOf(span) === undefined;
	const isLike = (span: TraceSpan, other: TraceSpan | undefined) =>
		isPlain(span) && isPlain(other) && span.name === other?.name && span.parentSpanId === other.parentSpanId;
	const stages: PlacedStage[] = [];
	for (let at = 0; at < spans.length; ) {
		const first = spans[at] as TraceSpan;
		let end = at + 1;
		while (end < spans.length && isLike(first, spans[end])) end++;
		const run = spans.slice(at, end);
		if (run.length < SHORTEST_RUN) stages.push(...run.map((span) => stageOf([span], zeroMs)));
		else stages.push(stageOf(run, zeroMs));
		at = end;
	}
	return stages;
}

function stageOf(run: readonly TraceSpan[], zeroMs: number): PlacedStage {
	const span = run[0] as TraceSpan;
	const startMs = epochMs(span.startTime) - zeroMs;
	const endMs = Math.max(...run.map((each) => epochMs(each.startTime) + each.durationMs)) - zeroMs;
	return {
		module: moduleOf(span),
		name: span.name,
		startMs: rounded(startMs),
		durationMs: rounded(endMs - startMs),
		status: span.status === 'ERROR' ? 'ERROR' : 'OK',
		...definedFields({
			errorCode: span.status === 'ERROR' ? (span.attributes['error.type'] ?? span.statusMessage) : undefined,
			subject: run.length === 1 ? stageSubject(span.name, span.attributes) : undefined,
			attempt: attemptOf(span),
		}),
		depth: span.depth,
		repeats: run.length,
		spanId: span.spanId,
	};
}

function attemptOf({ attributes }: TraceSpan): number | undefined {
	const number = Number(attributes['pipeline.attempt_number'] ?? Number.NaN);
	return Number.isInteger(number) ? number : undefined;
}

function moduleOf({ name, service, attributes }: TraceSpan): string {
	const told = attributes['pipeline.module'] ?? name.slice(0, Math.max(0, name.indexOf('.'))).toUpperCase();
	return isModule(told) ? told : told || service;
}

/** Milliseconds since 1970 with their fraction: `Date` drops what is finer than a millisecond. */
export function epochMs(instant: string): number {
	const fraction = /\.(\d{1,9})/.exec(instant)?.[1] ?? '';
	return Math.floor(Date.parse(instant) / 1_000) * 1_000 + Number(fraction.padEnd(9, '0')) / 1e6;
}

/** To a thousandth of a millisecond: more is noise of the arithmetic. */
export const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;
