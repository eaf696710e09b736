// Hot path: runs for every record.
import {
	type EventDef,
	isoFromMs,
	type Journal,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceOutcome,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute as betaAttribute } from '@pipeline/telemetry-core/beta';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import { read, setCode, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import type { OpenRecord } from './open-records.ts';
import type { GammaState } from './state.ts';
import { type TraceTimes, timesOf } from './trace-times.ts';

/** The trace event of a record that ends for the first time. */
export const COMPLETED: EventDef = event['pipeline.gamma.trace.trace.completed'];
/** The trace event of a record that had its end before. */
export const AMENDED: EventDef = event['pipeline.gamma.trace.trace.amended'];

/** How the deliveries of one record ended, counted. */
interface Counts {
	readonly total: number;
	readonly delivered: number;
	readonly outcome: TraceOutcome;
}

/** The record's way is over in one target schema: all its destinations have a result. */
export function complete(
	binding: GammaBinding,
	{ records }: GammaState,
	record: object,
	results: readonly object[],
	completed: EventDef,
): void {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(record);
	const entry = tracer.stageOf(record);
	const open = records.record(journal, entry);
	const counts = countResults(binding, results);
	const times = timesOf(binding, record, open?.enteredMs);
	if (completed === COMPLETED) countCompletion(counts.outcome, times, open);
	if (journal === 0) return;
	const stage = tracer.enter(journal, span['gamma.trace.complete'], entry);
	describeCompletion(binding, tracer, journal, stage, record, counts, times, open);
	if (completed === AMENDED) setNumber(tracer, journal, stage, attribute['pipeline.trace.synthetic'], 1);
	endStages(tracer, journal, stage, entry, counts.outcome, open);
	records.end(journal, open);
	tracer.finish(journal, stage, counts.outcome, completed, times.durationMs);
}

/** All delivered: DELIVERED. Some: PARTIAL. None: the first of DLQ, FAILED and EXPIRED that occurs; FAILED without a destination. */
function countResults(binding: GammaBinding, results: readonly object[]): Counts {
	const reader = binding.toDestination?.finalStatus;
	const total = results.length;
	let delivered = 0;
	let expired = 0;
	let failed = 0;
	let hasDeadLetter = false;
	for (const result of results) {
		const status = read(reader, result);
		if (status === 'DELIVERED') delivered++;
		else if (status === 'EXPIRED') expired++;
		else if (status === 'FAILED') failed++;
		else if (status === 'DLQ') hasDeadLetter = true;
	}
	if (delivered > 0) return { total, delivered, outcome: delivered === total ? 'DELIVERED' : 'PARTIAL' };
	if (hasDeadLetter) return { total, delivered, outcome: 'DLQ' };
	return { total, delivered, outcome: expired > 0 && failed === 0 ? 'EXPIRED' : 'FAILED' };
}

function countCompletion(outcome: TraceOutcome, times: TraceTimes, open: OpenRecord | undefined): void {
	metrics.tracesCompleted.of(outcome).add(1);
	metrics.endToEndSeconds.of(outcome).record(times.durationMs / 1000);
	if (times.betaGammaMs !== undefined) metrics.stageSeconds.of('BETA_GAMMA').record(times.betaGammaMs / 1000);
	if (open === undefined) return;
	metrics.stageSeconds.of('GAMMA_RENDER').record(open.renderSeconds);
	metrics.stageSeconds.of('GAMMA_DELIVERY').record(open.deliverySeconds);
	metrics.stageSeconds.of('GAMMA_ACK').record(open.ackSeconds);
}

function describeCompletion(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	record: object,
	{ total, delivered, outcome }: Counts,
	times: TraceTimes,
	open: OpenRecord | undefined,
): void {
	const readers = binding.record ?? {};
	setCode(tracer, journal, stage, attribute['pipeline.trace.outcome'], outcome);
	setText(tracer, journal, stage, attribute['pipeline.trace.started_at'], isoFromMs(times.startedMs));
	setText(tracer, journal, stage, attribute['pipeline.trace.completed_at'], isoFromMs(times.completedMs));
	setNumber(tracer, journal, stage, attribute['pipeline.trace.duration_ms'], times.durationMs);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.stage_ms.beta_gamma'], times.betaGammaMs);
	setText(tracer, journal, stage, attribute['pipeline.target_schema'], read(readers.targetSchema, record));
	setNumber(tracer, journal, stage, attribute['pipeline.trace.destinations_total'], total);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.destinations_delivered'], delivered);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.destinations_failed'], total - delivered);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.quality_score'], read(readers.qualityScore, record));
	setNumber(
		tracer,
		journal,
		stage,
		betaAttribute['pipeline.upstream_quality_score'],
		read(readers.upstreamQualityScore, record),
	);
	if (open === undefined) return;
	setNumber(tracer, journal, stage, attribute['pipeline.trace.stage_ms.gamma_render'], open.renderSeconds * 1000);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.stage_ms.gamma_delivery'], open.deliverySeconds * 1000);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.stage_ms.gamma_ack'], open.ackSeconds * 1000);
	setNumber(tracer, journal, stage, attribute['pipeline.trace.attempts_total'], open.attempts);
}

function endStages(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	entry: Stage,
	outcome: TraceOutcome,
	open: OpenRecord | undefined,
): void {
	const isReached = outcome === 'DELIVERED' || outcome === 'PARTIAL';
	setCode(tracer, journal, entry, attribute['pipeline.gamma_outcome'], outcome);
	const terminal = tracer.event(journal, entry, spanEvent['record.terminal']);
	setText(tracer, journal, terminal, attribute['pipeline.outcome'], outcome);
	if (!isReached) {
		const code = errors.definition(open?.errorCode ?? 'DELIV_999_UNKNOWN');
		tracer.fail(journal, stage, code);
		tracer.fail(journal, entry, code);
	}
	tracer.exit(journal, stage, outcome === 'DELIVERED' ? StageStatus.OK : StageStatus.UNSET);
	tracer.exit(journal, entry, StageStatus.UNSET);
}
