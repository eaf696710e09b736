import { createHash } from 'node:crypto';
import { type TelemetryEvent, toLogRecord } from '@pipeline/telemetry-core/schema';

/** When all of it happened. */
export const START = Date.parse('2026-11-21T10:00:00Z');
export const RANGE = { from: '2026-11-21T10:00:00Z', to: '2026-11-21T10:10:00Z' } as const;

/** What a tenant has: every id and every text says whose it is. */
export interface TenantTelemetry {
	readonly tenant: string;
	/** Stands in everything of this tenant, and in nothing of another. */
	readonly mark: string;
	/** Stands in everything of this tenant, and can be asked for by nobody: not in any id. */
	readonly secret: string;
	readonly deliveredRecord: string;
	readonly failedRecord: string;
	readonly lineageId: string;
	readonly traceId: string;
	readonly batchId: string;
	readonly producerId: string;
	readonly actorId: string;
	readonly destination: string;
	readonly events: readonly TelemetryEvent[];
	/** OTLP/JSON, by signal. */
	readonly requests: { readonly logs: object; readonly traces: object; readonly metrics: object };
}

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

export function telemetryOf(mark: string): TenantTelemetry {
	const tenant = `t_${hex(mark, 16)}`;
	const traceId = hex(`${mark} trace`, 32);
	const ids = {
		tenant,
		mark,
		secret: hex(`${mark} secret`, 24),
		traceId,
		deliveredRecord: `delivered-${mark}`,
		failedRecord: `failed-${mark}`,
		lineageId: `lineage-${mark}`,
		batchId: `batch-${mark}`,
		producerId: `producer-${mark}`,
		actorId: `actor-${mark}`,
		destination: `destination-${mark}`,
	};
	const events = eventsOf(ids);
	return { ...ids, events, requests: { logs: logsOf(events), traces: tracesOf(ids), metrics: metricsOf(ids) } };
}

type Ids = Omit<TenantTelemetry, 'events' | 'requests'>;

function eventsOf(ids: Ids): readonly TelemetryEvent[] {
	const {
		tenant,
		mark,
		secret,
		deliveredRecord,
		failedRecord,
		lineageId,
		batchId,
		producerId,
		actorId,
		destination,
		traceId,
	} = ids;
	let seq = 0;
	const event = (
		[module, component, name]: readonly [TelemetryEvent['module'], string, string],
		recordId: string,
		dimensions: Readonly<Record<string, string>>,
	): TelemetryEvent => {
		seq++;
		const isAudit = name.includes('.audit.');
		return {
			eventId: `01a1ff27-8260-7000-8${hex(mark, 3)}-${String(seq).padStart(12, '0')}`,
			timestamp: new Date(START + seq * 1_000).toISOString().replace('Z', '000Z'),
			module,
			component,
			eventType: isAudit ? 'AUDIT' : 'TRACE',
			severity: 'INFO',
			name,
			traceId,
			spanId: hex(`${mark} span ${seq}`, 16),
			recordId,
			batchId,
			correlationId: batchId,
			dimensions: {
				...(isAudit
					? {
							'audit.actor_type': 'SERVICE',
							'audit.actor_id': actorId,
							'audit.action': 'EXECUTE',
							'audit.resource_type': 'RECORD',
							'audit.resource_id': recordId,
							'audit.outcome': 'SUCCESS',
							'audit.category': 'DATA',
						}
					: {}),
				'audit.producer_id': producerId,
				'audit.producer_seq': String(seq),
				'pipeline.tenant': tenant,
				'pipeline.note': secret,
				...dimensions,
			},
		};
	};
	const ingested = (recordId: string, lineage: string) =>
		event(['ALPHA', 'adapter', 'pipeline.alpha.adapter.audit.record_ingested'], recordId, {
			'audit.action': 'CREATE',
			'pipeline.source_id': `source-${mark}`,
			'pipeline.lineage_id': lineage,
			'pipeline.validation_outcome': 'PASSED',
			'pipeline.quality_score': '0.9',
		});
	const delivery = (name: string, more: Readonly<Record<string, string>> = {}) =>
		event(['GAMMA', 'delivery', `pipeline.gamma.delivery.audit.${name}`], deliveredRecord, {
			'pipeline.destination_id': destination,
			'pipeline.attempt_number': '1',
			...more,
		});
	return [
		ingested(deliveredRecord, lineageId),
		event(['BETA', 'mapping', 'pipeline.beta.mapping.audit.record_mapped'], deliveredRecord, {
			'audit.action': 'UPDATE',
			'pipeline.target_schema': `schema-${mark}`,
			'pipeline.rules': `rule-${mark}`,
		}),
		delivery('delivery_attempted'),
		delivery('delivery_confirmed', { 'pipeline.acknowledgment_id': `ack-${mark}` }),
		event(['GAMMA', 'trace', 'pipeline.gamma.trace.trace.completed'], deliveredRecord, {
			'pipeline.trace.outcome': 'DELIVERED',
			'pipeline.trace.duration_ms': '12.5',
			'pipeline.destination_id': destination,
		}),
		ingested(failedRecord, `lineage-2-${mark}`),
		event(['BETA', 'transform', 'pipeline.beta.transform.audit.transformation_failed'], failedRecord, {
			'audit.outcome': 'FAILURE',
			'error.type': 'MAP_001_MISSING_REQUIRED',
			'pipeline.rule_id': `rule-${mark}`,
		}),
		event(['BETA', 'trace', 'pipeline.beta.trace.trace.completed'], failedRecord, {
			'pipeline.trace.outcome': 'DROPPED',
			'pipeline.queue': 'MAPPING',
		}),
	];
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
	Object.entries(values).map(([key, value]) => ({
		key,
		value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
	}));

const resource = (mark: string, tenant?: string) => ({
	attributes: attributes({
		'service.name': `service-${mark}`,
		...(tenant === undefined ? {} : { 'pipeline.tenant': tenant }),
	}),
});

/** Events as the SDK sends them. */
export function logsOf(events: readonly TelemetryEvent[]): object {
	const logRecords = events.map((event) => {
		const {
			eventName,
			timeUnixNano,
			severityNumber,
			severityText,
			traceId,
			spanId,
			attributes: own,
		} = toLogRecord(event);
		return {
			eventName,
			timeUnixNano: String(timeUnixNano),
			severityNumber,
			severityText,
			...(traceId === undefined ? {} : { traceId }),
			...(spanId === undefined ? {} : { spanId }),
			attributes: attributes(own),
		};
	});
	const tenant = events[0]?.dimensions['pipeline.tenant'] ?? 'none';
	return { resourceLogs: [{ resource: resource(tenant), scopeLogs: [{ logRecords }] }] };
}

const nanos = (ms: number) => String(BigInt(START + ms) * 1_000_000n);

function tracesOf({ mark, secret, tenant, traceId, deliveredRecord, lineageId }: Ids): object {
	const span = (name: string, index: number, parent?: number) => ({
		traceId,
		spanId: hex(`${mark} kept ${index}`, 16),
		...(parent === undefined ? {} : { parentSpanId: hex(`${mark} kept ${parent}`, 16) }),
		name,
		kind: 1,
		startTimeUnixNano: nanos(1_000 + index),
		endTimeUnixNano: nanos(1_100 - index),
		attributes: attributes({
			'pipeline.record_id': deliveredRecord,
			'pipeline.lineage_id': lineageId,
			'pipeline.note': mark,
			'pipeline.secret': secret,
		}),
		status: index === 2 ? { code: 2, message: `broken ${mark}` } : {},
	});
	const linkAttributes = attributes({ 'link.type': 'batch\u001b[31m' });
	const links = [{ traceId: hex(`${mark} batch`, 32), spanId: hex(`${mark} batch`, 16), attributes: linkAttributes }];
	const spans = [
		{ ...span('alpha.parser.parse', 0), links },
		span('beta.mapping.map', 1, 0),
		span('gamma.delivery.deliver', 2, 0),
	];
	return { resourceSpans: [{ resource: resource(mark, tenant), scopeSpans: [{ spans }] }] };
}

function metricsOf({ mark, secret, tenant }: Ids): object {
	const point = (value: number, index: number) => ({
		asDouble: value,
		startTimeUnixNano: nanos(0),
		timeUnixNano: nanos(index * 10_000),
		attributes: attributes({ 'pipeline.tenant': tenant, source: `source-${mark}`, secret }),
	});
	const metric = {
		name: 'pipeline.alpha.parser.counter.records_parsed_total',
		unit: '{record}',
		sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point(1, 1), point(5, 2), point(9, 3)] },
	};
	return { resourceMetrics: [{ resource: resource(mark, tenant), scopeMetrics: [{ metrics: [metric] }] }] };
}
