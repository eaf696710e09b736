import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';

export type DeliveryStatus = 'DELIVERED' | 'FAILED' | 'DLQ' | 'BLOCKED' | 'PENDING';

export interface DeliveryAttempt {
	/** From 1. */
	readonly number: number;
	readonly at: string;
	/** As the destination answered: `SUCCESS`, `FAILED`, `TIMEOUT`, ... */
	readonly status: string;
	readonly errorCode?: string;
	readonly traceId?: string;
	readonly spanId?: string;
}

/** One destination of a record, and how it went. */
export interface Delivery {
	readonly destinationId: string;
	readonly status: DeliveryStatus;
	readonly attempts: readonly DeliveryAttempt[];
	readonly deliveredAt?: string;
	readonly acknowledgmentId?: string;
	readonly contentChecksum?: string;
	readonly reason?: string;
}

const STATUSES: readonly (readonly [suffix: string, status: DeliveryStatus])[] = [
	['.delivery_confirmed', 'DELIVERED'],
	['.delivery_failed', 'FAILED'],
	['.delivery_blocked', 'BLOCKED'],
	['.dlq.audit.entry_created', 'DLQ'],
];

/** @param events of one record, in the order of time; the last word of a destination counts */
export function deliveriesOf(events: readonly TelemetryEvent[]): readonly Delivery[] {
	const deliveries = new Map<string, Delivery>();
	for (const event of events) {
		const destinationId = event.dimensions['pipeline.destination_id'];
		if (destinationId === undefined || event.module !== 'GAMMA' || event.eventType !== 'AUDIT') continue;
		const known = deliveries.get(destinationId) ?? { destinationId, status: 'PENDING', attempts: [] };
		deliveries.set(destinationId, advanced(known, event));
	}
	return [...deliveries.values()];
}

function advanced(delivery: Delivery, event: TelemetryEvent): Delivery {
	const { name, dimensions } = event;
	const checksum = dimensions['pipeline.content_checksum'];
	const known = checksum === undefined ? delivery : { ...delivery, contentChecksum: checksum };
	if (name.endsWith('.delivery_attempted'))
		return { ...known, attempts: [...known.attempts, attemptOf(event, known.attempts.length + 1)] };
	const status = STATUSES.find(([suffix]) => name.endsWith(suffix))?.[1];
	if (status === undefined) return known;
	const { reason: _, ...rest } = known;
	if (status === 'DELIVERED') return { ...rest, status, ...acknowledgment(event) };
	const reason = dimensions['pipeline.failure_reason'] ?? dimensions['error.type'];
	return { ...rest, status, ...definedFields({ reason }) };
}

function acknowledgment({ timestamp, dimensions }: TelemetryEvent): Pick<Delivery, 'deliveredAt' | 'acknowledgmentId'> {
	const acknowledgmentId = dimensions['pipeline.acknowledgment_id'];
	const deliveredAt = dimensions['pipeline.acknowledgment_timestamp'] ?? timestamp;
	return { deliveredAt, ...definedFields({ acknowledgmentId }) };
}

function attemptOf({ timestamp, traceId, spanId, dimensions }: TelemetryEvent, next: number): DeliveryAttempt {
	const told = Number(dimensions['pipeline.attempt_number'] ?? Number.NaN);
	return {
		number: Number.isInteger(told) ? told : next,
		at: dimensions['pipeline.attempt_timestamp'] ?? timestamp,
		status: dimensions['pipeline.status'] ?? dimensions['audit.outcome'] ?? 'UNKNOWN',
		...definedFields({ errorCode: dimensions['error.type'], traceId, spanId }),
	};
}
