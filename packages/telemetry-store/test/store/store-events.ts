import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { AuditEntry } from '../../src/audit/audit-row.ts';

/** When the events are. */
export const RANGE = { from: '2026-11-21T10:00:00Z', to: '2026-11-21T10:10:00Z' } as const;

/** Audit of a record that came in and was delivered, of a tenant. */
export function deliveryOf(recordId: string, tenant: string): readonly AuditEntry[] {
	return ['pipeline.alpha.adapter.audit.record_ingested', 'pipeline.gamma.delivery.audit.delivery_confirmed'].map(
		(name, index) => ({
			event: auditEvent(name, index, recordId, tenant),
			origin: { service: 'test', receivedAt: '2026-11-21T10:01:00.000000Z' },
		}),
	);
}

function auditEvent(name: string, index: number, recordId: string, tenant: string): TelemetryEvent {
	const isIngested = name.endsWith('record_ingested');
	return {
		eventId: `01a1ff27-8260-7000-8000-${Buffer.from(`${tenant}${recordId}${index}`).toString('hex').slice(-12).padStart(12, '0')}`,
		timestamp: `2026-11-21T10:00:0${index}.000000Z`,
		module: isIngested ? 'ALPHA' : 'GAMMA',
		component: isIngested ? 'adapter' : 'delivery',
		eventType: 'AUDIT',
		severity: 'INFO',
		name,
		recordId,
		correlationId: recordId,
		dimensions: {
			'pipeline.tenant': tenant,
			'audit.actor_type': 'SERVICE',
			'audit.actor_id': `actor of ${tenant}`,
			'audit.action': 'CREATE',
			'audit.resource_type': 'RECORD',
			'audit.resource_id': recordId,
			'audit.outcome': 'SUCCESS',
			...(isIngested
				? { 'pipeline.source_id': `source of ${tenant}`, 'pipeline.lineage_id': `lineage of ${recordId}` }
				: { 'pipeline.destination_id': `destination of ${tenant}`, 'pipeline.acknowledgment_id': 'ack' }),
		},
	};
}
