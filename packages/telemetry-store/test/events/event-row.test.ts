import { lineageEdgesOf, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUDIT_COLUMNS, auditRow } from '../../src/audit/audit-row.ts';
import { EVENT_COLUMNS, EVENT_FIELDS, type EventRow, eventOf, eventRow } from '../../src/events/event-row.ts';
import { EDGE_COLUMNS, EDGE_FIELDS, type EdgeRow, edgeOf, edgeRows } from '../../src/lineage/edge-row.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const ORIGIN = { service: 'alpha', receivedAt: '2026-11-21T10:00:01.000001Z' };
const INGESTED: TelemetryEvent = {
	eventId: '01a1ff27-8260-7000-abb3-e62300000001',
	timestamp: '2026-11-21T10:00:00.792944Z',
	module: 'ALPHA',
	component: 'adapter',
	eventType: 'AUDIT',
	severity: 'INFO',
	name: 'pipeline.alpha.adapter.audit.record_ingested',
	dimensions: {
		'pipeline.source_id': 'file:o\'brien\\ "ü" \u0000',
		'pipeline.lineage_id': '01a1ff27-8260-7000-abb3-e62300000009',
		'audit.actor_id': 'alpha-1',
		'pipeline.tenant': 't_0123456789abcdef',
	},
	traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
	spanId: '00f067aa0ba902b7',
	recordId: '01a1ff27-8260-7000-abb3-e62300000002',
	batchId: 'b-1',
	correlationId: 'c-1',
};
const COMPLETED: TelemetryEvent = {
	eventId: '01a1ff27-8260-7000-abb3-e62300000003',
	timestamp: '2026-11-21T10:00:00.000001Z',
	module: 'GAMMA',
	component: 'trace',
	eventType: 'TRACE',
	severity: 'CRITICAL',
	name: 'pipeline.gamma.trace.trace.completed',
	value: 12.5,
	unit: 'ms',
	dimensions: {},
};

it('gives back the events that were added', async () => {
	const rows = [INGESTED, COMPLETED].map((event) => JSON.stringify(eventRow(event, ORIGIN))).join('\n');
	await database.insert('telemetry_events', Buffer.from(rows), 'events');
	await database.insert('telemetry_events', Buffer.from(rows), 'events');
	const found = await database.query<EventRow>(`SELECT ${EVENT_FIELDS} FROM telemetry_events ORDER BY module`);
	expect(found.map(eventOf)).toEqual([INGESTED, COMPLETED]);
	expect(found.map(({ tenant_id }) => tenant_id)).toEqual(['t_0123456789abcdef', 'default']);
	const scope = TenantScope.of('default');
	const own = await database.query<EventRow>(
		`SELECT ${EVENT_FIELDS} FROM telemetry_events WHERE ${scope.condition()}`,
		scope.parameters,
	);
	expect(own.map(eventOf)).toEqual([COMPLETED]);
});

it('names the values of its rows in their order', () => {
	expect(Object.keys(eventRow(COMPLETED, ORIGIN))).toEqual(EVENT_COLUMNS);
	const row = auditRow({ event: INGESTED, origin: ORIGIN }, { chainId: 'main', seq: 1, blockId: 1 });
	expect(Object.keys(row)).toEqual(AUDIT_COLUMNS);
});

it('gives back the steps of lineage that an event tells, by parent, child and lineage', async () => {
	const rows = edgeRows(INGESTED);
	expect(rows).toHaveLength(1);
	expect(Object.keys(rows[0] ?? {})).toEqual(EDGE_COLUMNS);
	const lines = rows.map((row) => JSON.stringify(Object.values(row))).join('\n');
	await database.insert('lineage_edges', Buffer.from(lines), 'edges', EDGE_COLUMNS);
	for (const table of ['lineage_edges', 'lineage_by_child', 'lineage_by_lineage']) {
		const found = await database.query<EdgeRow>(`SELECT ${EDGE_FIELDS} FROM ${table}`);
		expect(found.map(edgeOf), table).toEqual(lineageEdgesOf(INGESTED));
	}
});
