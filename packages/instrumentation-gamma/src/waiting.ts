import { type Journal, nowMs, type RecordTracer, type Stage, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	recordCall,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import type { OpenDestination } from './open-records.ts';
import type { GammaState } from './state.ts';

const EXPIRED = 'DELIV_007_EXPIRED';

/** The pause before another attempt. */
export function retryWait(binding: GammaBinding, { records, batches }: GammaState): Patch {
	const readers = binding.retryWait;
	return {
		target: readers,
		sees: 'pauses before retries, and retries themselves',
		wrap: recordCall({
			span: span['gamma.delivery.retry_wait'],
			begin(tracer, rendered: object, delayMs: number) {
				const journal = tracer.journalOf(rendered);
				const destination = tracer.stageOf(rendered);
				const open = records.destination(journal, destination);
				const errorCode = open?.errorCode;
				const scheduled = tracer.event(journal, destination, spanEvent['delivery.retry_scheduled']);
				setNumber(tracer, journal, scheduled, attribute['pipeline.delay_ms'], delayMs);
				setNumber(tracer, journal, scheduled, attribute['pipeline.attempt_number'], nextAttempt(open));
				setText(tracer, journal, scheduled, attribute['pipeline.error_code'], errorCode);
				const destinationId = read(readers?.destinationId, rendered) ?? UNKNOWN;
				metrics.retries.of(destinationId, errorCode).add(1);
				metrics.retryDelay.of(destinationId).record(delayMs / 1000);
				const batch = batches.of(records.batchIdOf(journal));
				if (batch !== undefined) batch.retried++;
			},
			settled(tracer, journal, stage, _result: unknown, rendered: object, delayMs: number) {
				setText(tracer, journal, stage, attribute['pipeline.destination_id'], read(readers?.destinationId, rendered));
				setNumber(tracer, journal, stage, attribute['pipeline.delay_ms'], delayMs);
				const open = records.destination(journal, tracer.stageOf(rendered));
				setNumber(tracer, journal, stage, attribute['pipeline.attempt_number'], nextAttempt(open));
			},
			failed(tracer, journal, stage, failure) {
				if (read(binding.isStop, failure) !== true) return;
				setNumber(tracer, journal, stage, attribute['pipeline.cancelled'], 1);
				tracer.exit(journal, stage, StageStatus.UNSET);
			},
		}),
	};
}

function nextAttempt(open: OpenDestination | undefined): number | undefined {
	return open === undefined ? undefined : open.attempts + 1;
}

/** A record waits until the circuit of its destination lets it through. */
export function hold(binding: GammaBinding, { records }: GammaState): Patch {
	const readers = binding.hold;
	return {
		target: readers,
		sees: 'how long records are held by open circuits',
		wrap: (original: Callable, operation: Operation) =>
			function held(this: unknown, rendered: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const { tracer } = telemetry;
				const sinceMs = nowMs();
				let journal = 0 as Journal;
				let destination = 0 as Stage;
				guarded(operation.name, () => {
					journal = tracer.journalOf(rendered as object);
					destination = tracer.stageOf(rendered as object);
					const rejected = tracer.event(journal, destination, spanEvent['circuit.rejected']);
					setText(tracer, journal, rejected, attribute['pipeline.circuit_id'], read(readers?.circuitId, rendered));
					records.destination(journal, destination)?.fail('DELIV_008_CIRCUIT_OPEN');
				});
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, reason) =>
						guarded(operation.name, () => {
							if (isFailure) return;
							const destinationId = read(readers?.destinationId, rendered);
							if (reason === 'FULL') return tellFull(tracer, journal, destination, destinationId);
							const stage = endHold(tracer, journal, destination, sinceMs, reason);
							const waitMs = nowMs() - sinceMs;
							setText(tracer, journal, stage, attribute['pipeline.destination_id'], destinationId);
							setText(tracer, journal, stage, attribute['pipeline.circuit_id'], read(readers?.circuitId, rendered));
							setNumber(tracer, journal, stage, attribute['pipeline.wait_ms'], waitMs);
							metrics.holdingWait.of(destinationId).record(waitMs / 1000);
						}),
				);
			},
	};
}

/** The circuit is open and there is no room to wait: the delivery is given up. */
function tellFull(tracer: RecordTracer, journal: Journal, destination: Stage, destinationId: string | undefined): void {
	errors.report('DELIV_008_CIRCUIT_OPEN', {
		context: journal === 0 ? undefined : tracer.inject(journal, destination, {}),
		dimensions: { 'pipeline.destination_id': destinationId },
	});
}

function endHold(tracer: RecordTracer, journal: Journal, destination: Stage, sinceMs: number, reason: unknown): Stage {
	const isExpired = reason === 'EXPIRED';
	const status = isExpired ? StageStatus.ERROR : StageStatus.UNSET;
	const stage = tracer.insert(journal, span['gamma.delivery.holding'], destination, sinceMs, nowMs(), status);
	if (isExpired) tracer.fail(journal, stage, errors.definition(EXPIRED));
	// Held records go on when the circuit tries again; whether it closes is decided by what becomes of them.
	if (reason === 'RELEASED') tracer.event(journal, stage, spanEvent['circuit.half_opened']);
	if (reason === 'STOPPED') setNumber(tracer, journal, stage, attribute['pipeline.cancelled'], 1);
	return stage;
}
