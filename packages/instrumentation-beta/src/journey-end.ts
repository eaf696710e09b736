// Hot path: runs for every target schema of every record.
import { isoFromMs, nowMs, type RecordTracer, StageStatus } from '@pipeline/telemetry-core';
import { attribute, event, spanEvent } from '@pipeline/telemetry-core/beta';
import { setCode, setText } from '@pipeline/telemetry-core/instrumentation';
import { type Journey, journeys, type Terminal } from './journeys.ts';
import { errors, metrics } from './metrics.ts';

const COMPLETED = event['pipeline.beta.trace.trace.completed'];

/** How one target schema of a record left: handed over, failed, or kept back by the quality filter. */
export type Departure = 'HANDED_OVER' | 'FAILED' | 'FILTERED';

const OUTCOMES = { HANDED_OVER: 'SUCCESS', FAILED: 'FAILURE', FILTERED: 'SKIPPED' } as const;

/** One target schema of a record has left. With the last one, the record's stage ends. */
export function endTarget(
	tracer: RecordTracer,
	journey: Journey,
	departure: Departure,
	targetSchema: string | undefined,
	terminal?: Terminal,
): void {
	countDeparture(journey, departure, targetSchema);
	if (departure === 'HANDED_OVER') journey.handed++;
	else if (departure === 'FILTERED') journey.filtered++;
	else journey.failed++;
	journey.targetsLeft--;
	if (terminal !== undefined) tellTerminal(tracer, journey, terminal, targetSchema);
	if (journey.targetsLeft > 0) {
		if (terminal !== undefined) tracer.finish(journey.journal, terminal.stage, terminal.outcome, COMPLETED);
		return;
	}
	journey.last = terminal;
	if (!journey.isProcessing) closeJourney(tracer, journey);
}

/** The record's stages have run; where all its target schemas have left by now, its stage ends. */
export function endProcessing(tracer: RecordTracer, journey: Journey): void {
	journey.isProcessing = false;
	if (journey.targetsLeft <= 0) closeJourney(tracer, journey);
}

/** The stages threw where they never should: what is left of the record has failed. */
export function abortProcessing(tracer: RecordTracer, journey: Journey, error: unknown): void {
	journey.failed += journey.targetsLeft;
	journey.targetsLeft = 0;
	journey.last = { stage: journey.stage, outcome: 'FAILED', queue: undefined, errorCode: 'TRX_999_UNKNOWN' };
	tracer.fail(journey.journal, journey.stage, errors.definition('TRX_999_UNKNOWN'), error);
	endProcessing(tracer, journey);
}

function closeJourney(tracer: RecordTracer, journey: Journey): void {
	const { journal, stage, last } = journey;
	const outcome = outcomeOf(journey);
	journeys.delete(journey);
	setCode(tracer, journal, stage, attribute['pipeline.beta_outcome'], outcome);
	if (outcome === 'FAILED') tracer.fail(journal, stage, errors.definition(last?.errorCode));
	tracer.exit(journal, stage, outcome === 'FAILED' ? StageStatus.ERROR : StageStatus.UNSET);
	if (last !== undefined) tracer.finish(journal, last.stage, last.outcome, COMPLETED);
}

function outcomeOf({ handed, failed, filtered }: Journey): string {
	if (handed > 0) return failed + filtered > 0 ? 'PARTIAL' : 'TRANSFORMED';
	return failed === 0 ? 'FILTERED' : 'FAILED';
}

/** What the record's stage and the completion event say of this end. */
function tellTerminal(
	tracer: RecordTracer,
	{ journal, stage, ingestedAt, batch }: Journey,
	terminal: Terminal,
	targetSchema: string | undefined,
): void {
	if (batch !== undefined) batch.lastErrorCode = terminal.errorCode;
	const told = tracer.event(journal, stage, spanEvent['record.terminal']);
	setText(tracer, journal, told, attribute['pipeline.outcome'], terminal.outcome);
	setText(tracer, journal, told, attribute['pipeline.queue'], terminal.queue);
	setText(tracer, journal, terminal.stage, attribute['pipeline.target_schema'], targetSchema);
	if (ingestedAt === undefined) return;
	const completedMs = nowMs();
	const durationMs = completedMs - Date.parse(ingestedAt);
	setText(tracer, journal, terminal.stage, attribute['pipeline.trace.started_at'], ingestedAt);
	tracer.setText(journal, terminal.stage, attribute['pipeline.trace.completed_at'], isoFromMs(completedMs));
	if (durationMs >= 0) tracer.setNumber(journal, terminal.stage, attribute['pipeline.trace.duration_ms'], durationMs);
}

function countDeparture(journey: Journey, departure: Departure, targetSchema: string | undefined): void {
	const outcome = OUTCOMES[departure];
	metrics.recordsTransformed.of(targetSchema, outcome).add(1);
	metrics.recordSeconds.of(targetSchema, outcome).record((nowMs() - journey.enteredMs) / 1000);
	if (journey.replayedFrom !== undefined)
		metrics.replays.of(journey.replayedFrom, departure === 'HANDED_OVER' ? 'SUCCESS' : 'FAILURE').add(1);
}
