import { type TelemetryEvent, toLogRecord } from '@pipeline/telemetry-core/schema';

/** A point in time that no rule finds old or early. */
export const NOW_MS = Date.UTC(2026, 10, 21, 10);

export const INGESTED: TelemetryEvent = {
	eventId: '01a1ff27-8260-7000-abb3-e62300000001',
	timestamp: '2026-11-21T09:59:59.792944Z',
	module: 'ALPHA',
	component: 'adapter',
	eventType: 'AUDIT',
	severity: 'INFO',
	name: 'pipeline.alpha.adapter.audit.record_ingested',
	traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
	spanId: '00f067aa0ba902b7',
	recordId: '01a1ff27-8260-7000-abb3-e62300000002',
	batchId: 'b-1',
	correlationId: 'c-1',
	dimensions: {
		'audit.actor_type': 'SERVICE',
		'audit.actor_id': 'alpha-1',
		'audit.resource_type': 'RECORD',
		'audit.resource_id': '01a1ff27-8260-7000-abb3-e62300000002',
		'audit.action': 'CREATE',
		'audit.outcome': 'SUCCESS',
		'audit.producer_id': 'producer-1',
		'audit.producer_seq': '7',
		'pipeline.source_id': 'flights',
		'pipeline.lineage_id': '01a1ff27-8260-7000-abb3-e62300000009',
		'pipeline.tenant': 't_0123456789abcdef',
	},
};

export const TIMED_OUT: TelemetryEvent = {
	eventId: '01a1ff27-8260-7000-abb3-e62300000003',
	timestamp: '2026-11-21T09:59:59.000001Z',
	module: 'BETA',
	component: 'enrichment',
	eventType: 'LOG',
	severity: 'WARN',
	name: 'pipeline.beta.enrichment.log.source_timeout',
	dimensions: { message: 'no answer' },
};

export const COMPLETED: TelemetryEvent = {
	eventId: '01a1ff27-8260-7000-abb3-e62300000004',
	timestamp: '2026-11-21T09:59:59.500000Z',
	module: 'GAMMA',
	component: 'trace',
	eventType: 'TRACE',
	severity: 'INFO',
	name: 'pipeline.gamma.trace.trace.completed',
	traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
	spanId: '00f067aa0ba902b7',
	value: 12.5,
	unit: 'ms',
	dimensions: { 'pipeline.trace.outcome': 'DELIVERED' },
};

export interface LogRecordJson {
	readonly attributes: readonly { readonly key: string; readonly value: object }[];
	readonly [field: string]: unknown;
}

/** An event as a record of OTLP's JSON. */
export function recordOf(event: TelemetryEvent): LogRecordJson {
	const { timeUnixNano, attributes, body, ...record } = toLogRecord(event);
	return {
		...record,
		timeUnixNano: String(timeUnixNano),
		...(body === undefined ? {} : { body: { stringValue: body } }),
		attributes: Object.entries(attributes).map(([key, value]) => ({
			key,
			value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
		})),
	};
}

export function logsRequest(records: readonly object[], service = 'alpha'): object {
	const attributes = [{ key: 'service.name', value: { stringValue: service } }];
	return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: records }] }] };
}
