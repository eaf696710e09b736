import { SEVERITIES, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { NO_TENANT } from '../tenancy/tenant-scope.ts';

/** What is known of an event beside itself. */
export interface EventOrigin {
	/** `service.name` of the sender; empty when it did not say. */
	readonly service: string;
	/** When the store got it: ISO 8601, microseconds, UTC. */
	readonly receivedAt: string;
	/** Who sent it, where senders are told apart; it stands in no row. */
	readonly sender?: string;
}

/** A row of `telemetry_events`, as it is inserted. */
export interface EventRow {
	readonly tenant_id: string;
	readonly timestamp: string;
	readonly event_id: string;
	readonly service: string;
	readonly module: string;
	readonly component: string;
	readonly event_type: string;
	readonly severity: number;
	readonly name: string;
	readonly trace_id: string;
	readonly span_id: string;
	readonly parent_span_id: string;
	readonly record_id: string;
	readonly batch_id: string;
	readonly correlation_id: string;
	readonly value: number | null;
	readonly unit: string;
	readonly dimensions: Readonly<Record<string, string>>;
	readonly received_at: string;
}

/** Names of the values of a row of `eventRow`, in their order. */
export const EVENT_COLUMNS = [
	...['tenant_id', 'timestamp', 'event_id', 'service', 'module', 'component', 'event_type', 'severity', 'name'],
	...['trace_id', 'span_id', 'parent_span_id', 'record_id', 'batch_id', 'correlation_id', 'value', 'unit'],
	...['dimensions', 'received_at'],
];

/** Select list that `eventOf` reads. Instants come as ISO 8601. */
export const EVENT_FIELDS = [
	...['module', 'component', 'event_type', 'severity', 'name', 'trace_id', 'span_id', 'parent_span_id'],
	...['record_id', 'batch_id', 'correlation_id', 'value', 'unit', 'dimensions', 'tenant_id', 'service'],
	'toString(event_id) AS event_id',
	"formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS timestamp",
].join(', ');

/** Whose event it is: the tenant that its dimensions name. */
export function tenantOf({ dimensions }: Readonly<TelemetryEvent>): string {
	return dimensions['pipeline.tenant'] || dimensions['tenant'] || NO_TENANT;
}

/** What tells events apart: ids are their tenants' own, so that nobody's event passes for a repetition of another tenant's. */
export function eventKey(event: Readonly<TelemetryEvent>): string {
	return keyOf(tenantOf(event), event.eventId);
}

/** The key of the event that has this id in a tenant. */
export function keyOf(tenantId: string, eventId: string): string {
	return `${eventId} ${tenantId}`;
}

/** Place in SEVERITIES, from 1: an order that the engine can compare. */
export function severityRank(severity: TelemetryEvent['severity']): number {
	return SEVERITIES.indexOf(severity) + 1;
}

export function eventRow(event: Readonly<TelemetryEvent>, { service, receivedAt }: EventOrigin): EventRow {
	return {
		tenant_id: tenantOf(event),
		timestamp: event.timestamp,
		event_id: event.eventId,
		service,
		module: event.module,
		component: event.component,
		event_type: event.eventType,
		severity: severityRank(event.severity),
		name: event.name,
		trace_id: event.traceId ?? '',
		span_id: event.spanId ?? '',
		parent_span_id: event.parentSpanId ?? '',
		record_id: event.recordId ?? '',
		batch_id: event.batchId ?? '',
		correlation_id: event.correlationId ?? '',
		value: event.value ?? null,
		unit: event.unit ?? '',
		dimensions: event.dimensions,
		received_at: receivedAt,
	};
}

/** The event of a row that was read with `EVENT_FIELDS`: equal to the one that was inserted. */
export function eventOf(row: Readonly<Omit<EventRow, 'received_at'>>): TelemetryEvent {
	const optional = {
		traceId: row.trace_id,
		spanId: row.span_id,
		parentSpanId: row.parent_span_id,
		recordId: row.record_id,
		batchId: row.batch_id,
		correlationId: row.correlation_id,
		unit: row.unit,
	};
	return {
		eventId: row.event_id,
		timestamp: row.timestamp,
		module: row.module as TelemetryEvent['module'],
		component: row.component,
		eventType: row.event_type as TelemetryEvent['eventType'],
		severity: SEVERITIES[row.severity - 1] ?? 'INFO',
		name: row.name,
		dimensions: { ...row.dimensions },
		...Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== '')),
		...(row.value === null ? {} : { value: row.value }),
	};
}
