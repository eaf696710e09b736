import { context } from '@opentelemetry/api';
import {
	ENTRY_STAGE,
	type Journal,
	nowMs,
	type RecordTracer,
	type Stage,
	StageStatus,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	guarded,
	type Operation,
	type Patch,
	read,
	setCode,
	setNumber,
	setText,
	startWork,
} from '@pipeline/telemetry-core/instrumentation';
import { UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import type { GammaState } from './state.ts';
import type { TimedOutWait } from './timed-out-waits.ts';

const RECEIVE = span['gamma.ack.receive'];

/** An acknowledgment arrives: in time, late, or for nobody. */
export function receiveAck(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.receiveAck;
	return {
		target: readers,
		sees: 'acknowledgments that arrive: late ones change what is known of a delivery',
		wrap: (original: Callable, operation: Operation) =>
			function received(this: unknown, ack: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const startedMs = nowMs();
				const outcome: unknown = Reflect.apply(original, this, arguments);
				guarded(operation.name, () => {
					const kind = read(readers?.kind, outcome);
					if (kind === 'MATCHED') return tellMatched(binding, state, ack, outcome, startedMs);
					if (kind === 'LATE') return tellLate(binding, state, ack, startedMs);
					if (kind === 'MALFORMED' || kind === 'UNMATCHED') tellStray(read(readers?.errorCode, outcome));
				});
				return outcome;
			},
	};
}

/** Whoever waits for it learns of it after this: their stage is still open, and this one belongs under it. */
function tellMatched(
	binding: GammaBinding,
	state: GammaState,
	ack: unknown,
	outcome: unknown,
	startedMs: number,
): void {
	const { tracer } = telemetry;
	const readers = binding.awaitAck;
	const acknowledgments = read(binding.receiveAck?.acknowledgments, outcome) ?? [];
	for (const acknowledgment of acknowledgments) {
		const journal = tracer.journalOf(acknowledgment);
		const stage = insert(tracer, journal, tracer.stageOf(acknowledgment), startedMs);
		const ackType = read(readers?.ackType, acknowledgment);
		setCode(tracer, journal, stage, attribute['pipeline.ack_type'], ackType);
		setText(tracer, journal, stage, attribute['pipeline.acknowledgment_id'], idOf(binding, acknowledgment, ack));
		if (ackType === 'BATCH')
			setNumber(tracer, journal, stage, attribute['pipeline.batch_size'], acknowledgments.length);
		const delivery = state.records.waiting(journal, tracer.stageOf(acknowledgment));
		if (delivery === undefined) continue;
		setNumber(tracer, journal, stage, attribute['pipeline.latency_ms'], startedMs - delivery.ackSinceMs);
		if (delivery.lastAttempt !== undefined) tracer.link(journal, stage, 'caused_by', delivery.lastAttempt);
	}
	const [first] = acknowledgments;
	if (first !== undefined && read(readers?.ackType, first) === 'BATCH')
		metrics.batchAckSize.of(read(readers?.destinationId, first) ?? UNKNOWN).record(acknowledgments.length);
}

function idOf(binding: GammaBinding, acknowledgment: unknown, ack: unknown): string | undefined {
	return read(binding.awaitAck?.acknowledgmentId, acknowledgment) ?? read(binding.receiveAck?.acknowledgmentId, ack);
}

function tellLate(binding: GammaBinding, { timedOut }: GammaState, ack: unknown, startedMs: number): void {
	const { tracer } = telemetry;
	const acknowledgmentId = read(binding.receiveAck?.acknowledgmentId, ack);
	for (const wait of timedOut.take(read(binding.receiveAck?.correlationId, ack))) {
		const live = tracer.journalOf(wait);
		const isUnderWay = live !== 0 && wait.destination?.isOver !== true;
		const journal = isUnderWay ? live : tracer.begin(RECEIVE, {});
		const stage = isUnderWay ? insert(tracer, live, tracer.stageOf(wait), startedMs) : ENTRY_STAGE;
		setCode(tracer, journal, stage, attribute['pipeline.ack_type'], wait.ackType);
		setText(tracer, journal, stage, attribute['pipeline.acknowledgment_id'], acknowledgmentId);
		setNumber(tracer, journal, stage, attribute['pipeline.latency_ms'], startedMs - wait.sinceMs);
		if (!isUnderWay) amend(tracer, journal, wait);
	}
}

/** The record had its end: this is a trace of its own, which says what is known now. */
function amend(tracer: RecordTracer, journal: Journal, { position, recordId }: TimedOutWait): void {
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.record_id'], recordId);
	tracer.link(journal, ENTRY_STAGE, 'caused_by', position);
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.gamma.trace.trace.amended']);
}

/** No record is known to it: an ordinary span. */
function tellStray(errorCode: string | undefined): void {
	if (telemetry.source === 'none') return;
	const work = startWork(RECEIVE, 'root', context.active());
	work.fail(errors.definition(errorCode ?? 'ACK_003_CORRELATION_MISMATCH'));
	work.span.end();
}

function insert(tracer: RecordTracer, journal: Journal, parent: Stage, startedMs: number): Stage {
	return tracer.insert(journal, RECEIVE, parent, startedMs, nowMs(), StageStatus.UNSET);
}
