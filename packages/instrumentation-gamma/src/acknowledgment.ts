import { isFollowed, nowMs, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	setCode,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeAcknowledgment, findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import { closeStage, closeUntold, type OpenStage, openStage } from './open-stage.ts';
import type { GammaState } from './state.ts';

/** What follows from a missing acknowledgment, by the action that is configured. */
const DISPOSITIONS: Readonly<Record<string, string>> = {
	RETRY_DELIVERY: 'RETRY',
	ASSUME_SUCCESS: 'DELIVERED',
	MANUAL_REVIEW: 'MANUAL_REVIEW',
	QUERY_DESTINATION: 'CONTINUE',
};

/** Acknowledgments are awaited: after an attempt, or where an earlier process left off. */
export function awaitAck(binding: GammaBinding, state: GammaState): Patch[] {
	const resume = binding.resumeAck;
	return [
		{
			target: binding.awaitAck,
			sees: 'waits for acknowledgments, and how they end',
			wrap: (original, operation) => waiting(binding, state, original, operation, (attempt) => attempt),
		},
		{
			target: resume,
			sees: 'waits for acknowledgments that an earlier process began',
			wrap: (original, operation) =>
				waiting(binding, state, original, operation, (awaited) => read(resume?.attempt, awaited)),
		},
	];
}

function waiting(
	binding: GammaBinding,
	state: GammaState,
	original: Callable,
	operation: Operation,
	attemptOf: (first: unknown) => unknown,
): Callable {
	return function awaited(this: unknown, first: unknown): unknown {
		if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
		const open = openStage(operation.name, span['gamma.ack.wait'], () => attemptOf(first));
		const delivery = state.records.destination(open.journal, open.parent);
		if (delivery !== undefined) {
			delivery.ackWait = open.stage;
			delivery.ackSinceMs = open.startedMs;
		}
		return followResult(
			() => Reflect.apply(original, this, arguments),
			(isFailure, value) =>
				guarded(operation.name, () => {
					const attempt = attemptOf(first);
					if (isFailure) return closeUntold(binding, open, attempt, 'ACK_004_CALLBACK_FAILED', value);
					const destination = findDestination(binding.awaitAck?.destination, this, value);
					endWait(binding, state, open, attempt, value, destination);
				}),
		);
	};
}

function endWait(
	binding: GammaBinding,
	state: GammaState,
	open: OpenStage,
	attempt: unknown,
	acknowledgment: unknown,
	destination: object | undefined,
): void {
	const readers = binding.awaitAck;
	const { tracer, journal, parent, stage } = open;
	const status = read(readers?.ackStatus, acknowledgment) ?? 'RECEIVED';
	if (isFollowed(journal)) describeAcknowledgment(readers, tracer, journal, stage, acknowledgment);
	const delivery = state.records.destination(journal, parent);
	if (status === 'TIMEOUT') tellTimeout(binding, state, open, acknowledgment, destination);
	if (status === 'ERROR') tracer.fail(journal, stage, errors.definition('DELIV_002_REJECTED'));
	const seconds = closeStage(open, StageStatus.UNSET, attempt, acknowledgment);
	if (delivery !== undefined) {
		delivery.ackSeconds += seconds;
		if (status === 'RECEIVED') delivery.isConfirmed = true;
		else delivery.fail(status === 'TIMEOUT' ? 'ACK_002_TIMEOUT' : 'DELIV_002_REJECTED');
	}
	const ackType = read(readers?.ackType, acknowledgment);
	const destinationId = read(readers?.destinationId, acknowledgment) ?? UNKNOWN;
	metrics.acknowledgments.of(ackType, status).add(1);
	metrics.ackWait.of(ackType, destinationId).record(seconds);
	state.ackTimeouts.add(destinationId, status === 'TIMEOUT' ? 1 : 0, 1);
}

function tellTimeout(
	binding: GammaBinding,
	{ records, timedOut }: GammaState,
	{ tracer, journal, parent, stage, startedMs }: OpenStage,
	acknowledgment: unknown,
	destination: object | undefined,
): void {
	const readers = binding.awaitAck;
	const action = destination === undefined ? undefined : read(binding.destination?.ackTimeoutAction, destination);
	tracer.fail(journal, stage, errors.definition('ACK_002_TIMEOUT'));
	setCode(tracer, journal, stage, attribute['pipeline.timeout_action'], action);
	const timeout = tracer.event(journal, stage, spanEvent['ack.timeout']);
	setText(tracer, journal, timeout, attribute['pipeline.action'], action);
	setNumber(tracer, journal, timeout, attribute['pipeline.waited_ms'], nowMs() - startedMs);
	setCode(tracer, journal, timeout, attribute['pipeline.disposition'], DISPOSITIONS[action ?? '']);
	setText(tracer, journal, timeout, attribute['pipeline.destination_id'], read(readers?.destinationId, acknowledgment));
	metrics.timeoutActions.of(action).add(1);
	if (journal === 0) return;
	timedOut.remember(tracer, journal, parent, read(readers?.correlationId, acknowledgment), {
		position: tracer.inject(journal, parent, {}),
		ackType: read(readers?.ackType, acknowledgment) ?? 'ASYNC',
		sinceMs: startedMs,
		recordId: read(binding.record?.recordId, acknowledgment),
		destination: records.destination(journal, parent),
	});
}

/** A destination is asked what became of a delivery: a remote call inside the wait, or after it. */
export function queryStatus(binding: GammaBinding): Patch {
	const readers = binding.queryStatus;
	return {
		target: readers,
		sees: 'questions to destinations about deliveries they did not acknowledge',
		wrap: (original: Callable, operation: Operation) =>
			function queried(this: unknown, attempt: unknown): unknown {
				const call = () => Reflect.apply(original, this, arguments);
				if (!operation.isEnabled || typeof attempt !== 'object' || attempt === null) return call();
				const { tracer } = telemetry;
				const sinceMs = nowMs();
				let run = call;
				guarded(operation.name, () => {
					const journal = tracer.journalOf(attempt);
					const stage = tracer.stageOf(attempt);
					if (journal !== 0) run = () => tracer.run(journal, stage, call);
				});
				return followResult(run, (isFailure, answer) =>
					guarded(operation.name, () => {
						const journal = tracer.journalOf(attempt);
						const polled = tracer.event(journal, tracer.stageOf(attempt), spanEvent['ack.polled']);
						const state = isFailure ? 'UNKNOWN' : read(readers?.state, answer);
						setText(tracer, journal, polled, attribute['pipeline.action'], state);
						setNumber(tracer, journal, polled, attribute['pipeline.waited_ms'], nowMs() - sinceMs);
					}),
				);
			},
	};
}
