import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventRow } from '../../src/events/event-row.ts';
import { failedRecords } from '../../src/store/failed-records.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';

const ALL = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let count = 0;

const event = (part: Partial<TelemetryEvent> & Pick<TelemetryEvent, 'recordId' | 'dimensions'>): TelemetryEvent => ({
	eventId: `01a1ff27-8260-7000-abb3-${String(++count).padStart(12, '0')}`,
	timestamp: `2026-11-21T10:00:${String(count).padStart(2, '0')}.000000Z`,
	module: 'BETA',
	component: 'trace',
	eventType: 'TRACE',
	severity: 'INFO',
	name: 'pipeline.beta.trace.trace.completed',
	traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
	...part,
});
const ended = (recordId: string, outcome: string, more: Record<string, string> = {}) =>
	event({ recordId, dimensions: { 'pipeline.trace.outcome': outcome, ...more } });
const refused = (recordId: string, more: Record<string, string> = {}) =>
	event({
		recordId,
		eventType: 'AUDIT',
		component: 'transform',
		name: 'pipeline.beta.transform.audit.transformation_failed',
		dimensions: {
			'audit.outcome': 'FAILURE',
			'error.type': 'MAP_001_MISSING_REQUIRED',
			'pipeline.rule_id': 'origin',
			...more,
		},
	});

const TENANT = { 'pipeline.tenant': 't_0123456789abcdef' };
const EVENTS = [
	ended('delivered', 'DELIVERED'),
	refused('dropped'),
	ended('dropped', 'DROPPED', { 'pipeline.queue': 'MAPPING' }),
	refused('replayed'),
	ended('replayed', 'DLQ'),
	ended('replayed', 'DELIVERED'),
	refused('dropped', TENANT),
	ended('dropped', 'REJECTED', TENANT),
];

beforeAll(async () => {
	database = await openTestDatabase();
	const origin = { service: 'beta', receivedAt: '2026-11-21T10:01:00.000000Z' };
	const insert = async (table: string, events: readonly TelemetryEvent[], rest: object) => {
		const rows = events.map((one) => JSON.stringify({ ...eventRow(one, origin), ...rest }));
		await database.insert(table, Buffer.from(rows.join('\n')), table);
	};
	await insert(
		'telemetry_events',
		EVENTS.filter(({ eventType }) => eventType === 'TRACE'),
		{},
	);
	await insert(
		'audit_events',
		EVENTS.filter(({ eventType }) => eventType === 'AUDIT'),
		{ chain_id: 'main', seq: 1, block_id: 1 },
	);
});
afterAll(() => database[Symbol.asyncDispose]());

it('finds the records that failed, newest first, and says why', async () => {
	const found = await failedRecords(database, TenantScope.of('default'), ALL);
	expect(found).toEqual([
		{
			tenant: 'default',
			recordId: 'replayed',
			at: '2026-11-21T10:00:05.000000Z',
			outcomes: ['DLQ'],
			queues: ['DLQ'],
			traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
			isDeliveredToo: true,
			reasons: [expect.objectContaining({ at: '2026-11-21T10:00:04.000000Z' })],
		},
		{
			tenant: 'default',
			recordId: 'dropped',
			at: '2026-11-21T10:00:03.000000Z',
			outcomes: ['DROPPED'],
			queues: ['MAPPING'],
			traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
			isDeliveredToo: false,
			reasons: [
				{
					at: '2026-11-21T10:00:02.000000Z',
					module: 'BETA',
					name: 'pipeline.beta.transform.audit.transformation_failed',
					error: 'MAP_001_MISSING_REQUIRED',
					rule: 'origin',
				},
			],
		},
	]);
	expect(await failedRecords(database, TenantScope.of('default'), { ...ALL, limit: 1 })).toEqual(found.slice(0, 1));
});

it('keeps tenants apart, also where they have records of the same name', async () => {
	const [other, ...more] = await failedRecords(database, TenantScope.of('t_0123456789abcdef'), ALL);
	expect(other).toMatchObject({
		recordId: 'dropped',
		outcomes: ['REJECTED'],
		reasons: [{ at: '2026-11-21T10:00:07.000000Z' }],
	});
	expect(more).toEqual([]);
	expect(await failedRecords(database, TenantScope.of('nobody'), ALL)).toEqual([]);
	const all = await failedRecords(database, TenantScope.operator('test'), ALL);
	expect(all.map(({ tenant, reasons }) => [tenant, reasons.length])).toEqual([
		['t_0123456789abcdef', 1],
		['default', 1],
		['default', 1],
	]);
});

it('refuses what makes no sense', async () => {
	const scope = TenantScope.of('default');
	for (const request of [
		{ ...ALL, limit: 0 },
		{ ...ALL, limit: 1_001 },
		{ from: ALL.to, to: ALL.from },
		{ from: 'yesterday', to: ALL.to },
		{ from: '2026-13-45T99:99:99Z', to: ALL.to },
	]) {
		await expect(failedRecords(database, scope, request)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	expect(await failedRecords(database, scope, { ...ALL, to: '2026-11-21T10:00:00Z' })).toEqual([]);
});

it('takes instants with and without parts of a second', async () => {
	const scope = TenantScope.of('default');
	expect(
		await failedRecords(database, scope, { from: '2026-11-21T10:00:03Z', to: '2026-11-21T10:00:03.000001Z' }),
	).toMatchObject([{ recordId: 'dropped' }]);
	expect(await failedRecords(database, scope, { from: '2026-02-30T00:00:00Z', to: ALL.from })).toEqual([]);
});
