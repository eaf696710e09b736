// Hot path: runs for every record. The only place that reads facts off delivery's objects.
import type { Journal, RecordTracer, Stage } from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/gamma';
import { read, setCode, setList, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import type { AckReaders, FindDestination, GammaBinding } from './binding.ts';

export const UNKNOWN = 'unknown';

/** Facts of a destination; `unknown` where the binding does not say. */
export interface DestinationFacts {
	readonly destination: object | undefined;
	readonly type: string;
	readonly format: string;
}

/** The destination that a call is about. */
export function findDestination(
	find: FindDestination | undefined,
	receiver: unknown,
	about: unknown,
): object | undefined {
	return find?.(receiver as never, about as never);
}

/** Facts of a destination; also when there is none. */
export function factsOf(binding: GammaBinding, destination: object | undefined): DestinationFacts {
	if (destination === undefined) return { destination, type: UNKNOWN, format: UNKNOWN };
	const readers = binding.destination;
	return {
		destination,
		type: read(readers?.type, destination) ?? UNKNOWN,
		format: read(readers?.format, destination) ?? UNKNOWN,
	};
}

/** What is known of a record when it arrives. */
export function describeRecord(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	record: unknown,
): void {
	const readers = binding.record ?? {};
	setText(tracer, journal, stage, attribute['pipeline.record_id'], read(readers.recordId, record));
	setText(tracer, journal, stage, attribute['pipeline.lineage_id'], read(readers.lineageId, record));
	setText(tracer, journal, stage, attribute['pipeline.source_id'], read(readers.sourceId, record));
	setCode(tracer, journal, stage, attribute['pipeline.classification'], read(readers.classification, record));
	setText(tracer, journal, stage, attribute['pipeline.target_schema'], read(readers.targetSchema, record));
}

/** Where a record goes. */
export function describeRouting(
	binding: GammaBinding,
	maxDestinations: number,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	decision: unknown,
): void {
	const readers = binding.route;
	const destinations = read(readers?.destinations, decision) ?? [];
	setNumber(
		tracer,
		journal,
		stage,
		attribute['pipeline.evaluated_rule_count'],
		read(readers?.evaluatedRules, decision)?.length,
	);
	setText(tracer, journal, stage, attribute['pipeline.matched_rule'], read(readers?.matchedRule, decision));
	setList(tracer, journal, stage, attribute['pipeline.destinations'], destinations.slice(0, maxDestinations));
	setNumber(tracer, journal, stage, attribute['pipeline.blocked_count'], read(readers?.blocked, decision)?.length ?? 0);
}

/** What a record was rendered to. */
export function describeRendered(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	rendered: unknown,
	destination: unknown,
): void {
	const readers = binding.render;
	setText(tracer, journal, stage, attribute['pipeline.content_type'], read(readers?.contentType, rendered));
	setNumber(tracer, journal, stage, attribute['pipeline.size_bytes'], read(readers?.sizeBytes, rendered));
	setText(tracer, journal, stage, attribute['pipeline.content_checksum'], read(readers?.checksum, rendered));
	const rules = read(binding.destination?.formattingRules, destination);
	setNumber(tracer, journal, stage, attribute['pipeline.rules_applied'], rules);
}

/** How an attempt went. */
export function describeAttempt(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	attempt: unknown,
	destination: object | undefined,
): void {
	const readers = binding.attemptFacts;
	const responseCode = read(readers?.responseCode, attempt);
	setText(tracer, journal, stage, attribute['pipeline.destination_id'], read(readers?.destinationId, attempt));
	setText(tracer, journal, stage, attribute['pipeline.attempt_id'], read(readers?.attemptId, attempt));
	setNumber(tracer, journal, stage, attribute['pipeline.attempt_number'], read(readers?.attemptNumber, attempt));
	setText(tracer, journal, stage, attribute['pipeline.attempt_timestamp'], read(readers?.attemptedAt, attempt));
	setText(tracer, journal, stage, attribute['pipeline.status'], read(readers?.status, attempt));
	setText(tracer, journal, stage, attribute['pipeline.response_code'], responseCode);
	setNumber(tracer, journal, stage, attribute['pipeline.pool_wait_ms'], read(readers?.poolWaitMs, attempt));
	if (destination === undefined) return;
	const address = read(binding.destination?.serverAddress, destination);
	if (address === undefined) return;
	setText(tracer, journal, stage, attribute['server.address'], address);
	setNumber(tracer, journal, stage, attribute['server.port'], read(binding.destination?.serverPort, destination));
	const statusCode = Number(responseCode);
	if (statusCode >= 100 && statusCode < 600)
		setNumber(tracer, journal, stage, attribute['http.response.status_code'], statusCode);
}

/** What a destination acknowledged, or did not. */
export function describeAcknowledgment(
	readers: AckReaders | undefined,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	acknowledgment: unknown,
): void {
	setText(tracer, journal, stage, attribute['pipeline.destination_id'], read(readers?.destinationId, acknowledgment));
	setCode(tracer, journal, stage, attribute['pipeline.ack_type'], read(readers?.ackType, acknowledgment));
	setCode(tracer, journal, stage, attribute['pipeline.ack_status'], read(readers?.ackStatus, acknowledgment));
	setText(tracer, journal, stage, attribute['pipeline.expected_by'], read(readers?.expectedBy, acknowledgment));
	setText(
		tracer,
		journal,
		stage,
		attribute['pipeline.ack.correlation_id'],
		read(readers?.correlationId, acknowledgment),
	);
	setText(
		tracer,
		journal,
		stage,
		attribute['pipeline.acknowledgment_id'],
		read(readers?.acknowledgmentId, acknowledgment),
	);
	setText(
		tracer,
		journal,
		stage,
		attribute['pipeline.acknowledgment_timestamp'],
		read(readers?.receivedAt, acknowledgment),
	);
}
