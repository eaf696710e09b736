// Hot path: runs for every attempt of every record.
import { isFollowed, type Journal, type RecordTracer, type Stage, StageStatus } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeAttempt, findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import { closeStage, closeUntold, type OpenStage, openStage } from './open-stage.ts';
import type { GammaState } from './state.ts';

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
	CONN_001_NETWORK: 'NETWORK',
	CONN_002_DNS: 'DNS',
	CONN_003_TLS_HANDSHAKE: 'TLS',
	CONN_004_AUTH: 'AUTH',
	CONN_005_POOL_EXHAUSTED: 'POOL',
};

/** One attempt to deliver. The rendered record carries it, so that the call of the destination finds it. */
export function attempt(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.attempt;
	return {
		target: readers,
		sees: 'attempts: how they ended, how long they took',
		wrap: (original: Callable, operation: Operation) =>
			function attempted(this: unknown, rendered: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const open = openStage(operation.name, span['gamma.delivery.attempt'], () => rendered);
				return followResult(
					// Without knowledge of the calls themselves, what they do belongs to whoever asked for them.
					binding.sendBatch === undefined && open.journal !== 0
						? () => open.tracer.run(open.journal, open.stage, () => Reflect.apply(original, this, arguments))
						: () => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							if (isFailure) return closeUntold(binding, open, rendered, 'DELIV_999_UNKNOWN', value);
							const destination = findDestination(readers?.destination, this, rendered);
							endAttempt(binding, state, open, rendered, value, destination);
						}),
				);
			},
	};
}

function endAttempt(
	binding: GammaBinding,
	{ records, attempts }: GammaState,
	open: OpenStage,
	rendered: unknown,
	made: unknown,
	destination: object | undefined,
): void {
	const { tracer, journal, parent, stage } = open;
	const facts = binding.attemptFacts;
	const errorCode = read(facts?.errorCode, made);
	if (isFollowed(journal)) {
		const checksum = read(binding.render?.checksum, rendered);
		describeAttempt(binding, tracer, journal, stage, made, destination);
		setText(tracer, journal, stage, attribute['pipeline.content_checksum'], checksum);
	}
	if (errorCode !== undefined) tellFailure(binding, tracer, journal, stage, made, errorCode);
	const delivery = records.destination(journal, parent);
	if (delivery !== undefined) {
		if (delivery.lastAttempt !== undefined) tracer.link(journal, stage, 'previous_attempt', delivery.lastAttempt);
		delivery.lastAttempt = stage;
		delivery.attempts++;
		if (errorCode !== undefined) delivery.fail(errorCode);
	}
	const seconds = closeStage(open, StageStatus.UNSET, rendered, made);
	const destinationId = read(facts?.destinationId, made) ?? UNKNOWN;
	const status = read(facts?.status, made) ?? 'SUCCESS';
	metrics.attempts.of(destinationId, status).add(1);
	metrics.deliveryLatency.of(destinationId, status).record(seconds);
	attempts.add(destinationId, status === 'SUCCESS' ? 1 : 0, 1);
	if (status === 'SUCCESS')
		metrics.bytesDelivered
			.of(destinationId, read(binding.attempt?.format, rendered))
			.add(read(binding.attempt?.sizeBytes, rendered) ?? 0);
	if (errorCode?.startsWith('CONN_'))
		metrics.connectionErrors.of(destinationId, CONNECTION_ERRORS[errorCode] ?? 'SERVICE').add(1);
}

function tellFailure(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	made: unknown,
	errorCode: string,
): void {
	tracer.fail(journal, stage, errors.definition(errorCode));
	const facts = binding.attemptFacts;
	if (read(facts?.isRateLimited, made) !== true) return;
	const limited = tracer.event(journal, stage, spanEvent['delivery.rate_limited']);
	setNumber(tracer, journal, limited, attribute['pipeline.delay_ms'], read(facts?.retryAfterMs, made));
	metrics.rateLimited.of(read(facts?.destinationId, made)).add(1);
}
