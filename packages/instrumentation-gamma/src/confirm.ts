import { isoFromMs, type Journal, nowMs, type RecordTracer, type Stage, StageStatus } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/gamma';
import { read, setCode, setText } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';

const ASSUMED = 'ASSUME_SUCCESS';

/**
 * A delivery was acknowledged without anybody waiting for it: the destination was asked, or an earlier attempt was acknowledged late. Its
 * wait is told after the fact, so that every confirmed delivery has its audit entry. That of success that was only assumed has an empty
 * acknowledgment id, and says so.
 */
export function confirm(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	destination: Stage,
	result: unknown,
	about: unknown,
	registered: object | undefined,
): void {
	const readers = binding.toDestination;
	const acknowledgedAt = read(readers?.acknowledgedAt, result);
	const now = nowMs();
	if (acknowledgedAt === undefined) {
		const action = registered === undefined ? undefined : read(binding.destination?.ackTimeoutAction, registered);
		if (action !== ASSUMED) return;
		setCode(tracer, journal, destination, attribute['pipeline.timeout_action'], action);
		setText(tracer, journal, destination, attribute['pipeline.acknowledgment_id'], '');
		setText(tracer, journal, destination, attribute['pipeline.acknowledgment_timestamp'], isoFromMs(now));
		return;
	}
	const wait = tracer.insert(journal, span['gamma.ack.wait'], destination, now, now, StageStatus.UNSET);
	setText(tracer, journal, wait, attribute['pipeline.destination_id'], read(readers?.destinationId, about));
	setCode(tracer, journal, wait, attribute['pipeline.ack_status'], 'RECEIVED');
	setText(tracer, journal, wait, attribute['pipeline.acknowledgment_id'], read(readers?.acknowledgmentId, result));
	setText(tracer, journal, wait, attribute['pipeline.acknowledgment_timestamp'], acknowledgedAt);
}
