import { parseTelemetryEvent, toWire } from '@pipeline/telemetry-core/schema';
import { expect, it } from 'vitest';
import { accessDenied, auditExported, auditQueried, integrityChecked } from '../../src/audit/audit-of-access.ts';
import type { AuditReport } from '../../src/audit/audit-report.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';

const TENANT = 't_0000000000000001';
const access = {
	actorId: 'auditor-1',
	actorType: 'USER' as const,
	scope: TenantScope.of(TENANT),
	atMs: 1_795_255_200_000,
};
const timeRange = { from: '2026-11-21T00:00:00.000000Z', to: '2026-11-22T00:00:00.000000Z' };
const report: AuditReport = { isIntact: true, findings: [], findingCount: 0, chains: [], notes: [], elapsedMs: 1 };

it('says who read what, without the values that were looked for', () => {
	const request = { timeRange, actorIds: ['a person', 'another'], modules: [], order: 'DESC', continuationToken: 'x' };
	const event = auditQueried(access, request, { count: 3, elapsedMs: 1.6 });
	expect(event).toEqual({
		eventId: expect.any(String) as string,
		timestamp: '2026-11-21T10:00:00.000000Z',
		module: 'TELEMETRY',
		component: 'query',
		eventType: 'AUDIT',
		severity: 'INFO',
		name: 'pipeline.telemetry.query.audit.audit_queried',
		correlationId: event.eventId,
		dimensions: {
			'audit.actor_type': 'USER',
			'audit.actor_id': 'auditor-1',
			'audit.category': 'ACCESS',
			'audit.action': 'READ',
			'audit.resource_type': 'AUDIT_LOG',
			'audit.resource_id': TENANT,
			'audit.outcome': 'SUCCESS',
			'pipeline.tenant': TENANT,
			'pipeline.filters': `timeRange:${timeRange.from}/${timeRange.to} actorIds:2 order`,
			'pipeline.count': '3',
			'pipeline.duration_ms': '2',
		},
	});
});

it('makes events that the schema takes, whatever it is told', () => {
	const long = 'x'.repeat(5_000);
	const strange = {
		...access,
		actorId: long,
		sessionId: long,
		correlationId: long,
		scope: TenantScope.operator(long),
	};
	const broken = {
		...report,
		isIntact: false,
		findingCount: 2,
		findings: [{ kind: 'EDITED' as const, chain: 'main', firstSeq: 7, message: '' }],
	};
	const events = [
		auditQueried(strange, { [long]: 1 }, { count: 0, elapsedMs: 0 }),
		accessDenied({ ...strange, actorId: '' }, {}, 't_0000000000000002'),
		integrityChecked(strange, report, {}),
		integrityChecked(strange, broken, { from: long }),
		auditExported(strange, { timeRange }, { format: 'cef', recipient: '', count: 1, elapsedMs: 1 }),
	];
	for (const event of events) expect(parseTelemetryEvent(toWire(event))).toEqual(event);
	expect(events.map(({ name, severity }) => `${name.split('.').at(-1)} ${severity}`)).toEqual([
		'audit_queried INFO',
		'access_denied WARN',
		'integrity_verified INFO',
		'integrity_broken WARN',
		'exported INFO',
	]);
	expect(events[1]?.dimensions).toMatchObject({ 'pipeline.tenant': 't_0000000000000002', 'audit.actor_id': 'unknown' });
	expect(events[3]?.dimensions).toMatchObject({ 'pipeline.finding': 'EDITED main:7', 'pipeline.count': '2' });
});
