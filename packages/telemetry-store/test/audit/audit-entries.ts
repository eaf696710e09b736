import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { AuditEntry } from '../../src/audit/audit-row.ts';

export const START = '2026-11-21T10:00:00.000000Z';
export const PRODUCER = '01a1ff27-8260-7000-abb3-e62300000abc';

/** A UUID of version 7 that follows from a number. */
export function idOf(number: number): string {
	return `01a1ff27-8260-7000-abb3-${number.toString(16).padStart(12, '0')}`;
}

/** Microseconds after `START`. */
export function timeOf(micros: number): string {
	const ms = Date.parse(START) + Math.floor(micros / 1_000);
	return `${new Date(ms).toISOString().slice(0, 23)}${String(micros % 1_000).padStart(3, '0')}Z`;
}

/** An audit event that is made of a number: each is another one. */
export function auditEvent(number: number, changes: Partial<TelemetryEvent> = {}): TelemetryEvent {
	return {
		eventId: idOf(number),
		timestamp: timeOf(number),
		module: 'ALPHA',
		component: 'adapter',
		eventType: 'AUDIT',
		severity: 'INFO',
		name: 'pipeline.alpha.adapter.audit.record_ingested',
		recordId: `record-${number}`,
		correlationId: 'run-1',
		...changes,
		dimensions: {
			'audit.actor_type': 'SERVICE',
			'audit.actor_id': 'alpha-1',
			'audit.resource_type': 'RECORD',
			'audit.resource_id': `record-${number}`,
			'audit.action': 'CREATE',
			'audit.outcome': 'SUCCESS',
			...changes.dimensions,
		},
	};
}

export function auditEntry(number: number, changes: Partial<TelemetryEvent> = {}): AuditEntry {
	return { event: auditEvent(number, changes), origin: { service: 'alpha', receivedAt: timeOf(number + 1_000_000) } };
}

/** As a spool sends it. */
export function spooledEntry(number: number, seq: number, changes: Partial<TelemetryEvent> = {}): AuditEntry {
	return auditEntry(number, {
		...changes,
		dimensions: { ...changes.dimensions, 'audit.producer_id': PRODUCER, 'audit.producer_seq': String(seq) },
	});
}

/** Numbers from and to, both included. */
export function numbers(from: number, to: number): readonly number[] {
	return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
