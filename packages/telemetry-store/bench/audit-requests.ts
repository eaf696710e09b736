import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const PROTO = new URL('../test/otlp/otlp.proto', import.meta.url);
const { root } = protobuf.parse(readFileSync(PROTO, 'utf8'), { keepCase: false });
const REQUEST = root.lookupType('ExportLogsServiceRequest');
const NANOS_PER_MS = 1_000_000n;
const TRACE_ID = Buffer.from('4bf92f3577b34da6a3ce929d0e0e4736', 'hex');
const SPAN_ID = Buffer.from('00f067aa0ba902b7', 'hex');

function attributesOf(producer: string, seq: number): Readonly<Record<string, string | number>> {
	const place = hash('sha256', producer).slice(0, 4);
	const uuid = (kind: string, number: number) =>
		`01a1ff27-8260-7000-${kind}-${place}${number.toString(16).padStart(8, '0')}`;
	return {
		'pipeline.event.type': 'AUDIT',
		'pipeline.event.module': 'ALPHA',
		'pipeline.event.component': 'adapter',
		'pipeline.event.id': uuid('8abc', seq),
		'pipeline.record_id': uuid('8def', seq),
		'pipeline.batch_id': `batch-${seq >> 10}`,
		'pipeline.correlation_id': uuid('9aaa', seq >> 10),
		'audit.actor_type': 'SERVICE',
		'audit.actor_id': 'pipeline-alpha-1',
		'audit.resource_type': 'RECORD',
		'audit.resource_id': uuid('8def', seq),
		'audit.action': 'CREATE',
		'audit.outcome': 'SUCCESS',
		'audit.category': 'DATA',
		'pipeline.source_id': 'flights',
		'pipeline.ingestion_timestamp': new Date(Date.now()).toISOString(),
		'pipeline.validation_outcome': 'VALID',
		'pipeline.quality_score': 0.5 + (seq % 500) / 1_000,
		'pipeline.lineage_id': uuid('9bbb', seq),
		'pipeline.classification': 'INTERNAL',
		'pipeline.tenant': `t_${(seq % 20).toString(16).padStart(16, '0')}`,
		'audit.producer_id': producer,
		'audit.producer_seq': seq,
		'audit.producer_previous_seq': seq - 1,
	};
}

const valueOfAttribute = (value: string | number): object => {
	if (typeof value === 'string') return { stringValue: value };
	return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
};

/** An OTLP request of audit entries like those of the SDK's spool: 24 attributes, about one kilobyte each. */
export function auditRequest(producer: string, firstSeq: number, count: number): Uint8Array {
	const nanos = BigInt(Date.now()) * NANOS_PER_MS;
	const time = { low: Number(BigInt.asIntN(32, nanos)), high: Number(nanos >> 32n), unsigned: true };
	const logRecords = Array.from({ length: count }, (_, index) => ({
		timeUnixNano: time,
		observedTimeUnixNano: time,
		severityNumber: 9,
		severityText: 'INFO',
		eventName: 'pipeline.alpha.adapter.audit.record_ingested',
		traceId: TRACE_ID,
		spanId: SPAN_ID,
		flags: 1,
		attributes: Object.entries(attributesOf(producer, firstSeq + index)).map(([key, value]) => ({
			key,
			value: valueOfAttribute(value),
		})),
	}));
	const attributes = [{ key: 'service.name', value: { stringValue: 'pipeline-alpha' } }];
	const scopeLogs = [{ scope: { name: '@pipeline/instrumentation-alpha', version: '0.1.0' }, logRecords }];
	return REQUEST.encode({ resourceLogs: [{ resource: { attributes }, scopeLogs }] }).finish();
}
