import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { Ingest } from '../../src/ingest/ingest.ts';
import { standardTenant } from '../../src/tenancy/standard-tenant.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { jsonBytes } from '../otlp/otlp-bytes.ts';
import { INGESTED, NOW_MS, recordOf, TIMED_OUT } from './event-requests.ts';

// Senders that may write for some tenants only.

const OURS = 't_aaaaaaaaaaaaaaaa';
const THEIRS = 't_bbbbbbbbbbbbbbbb';
const REASON = 'refused: its sender may not write for this tenant';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ledger: AuditLedger;
let ingest: Ingest;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sender-tenants-'));
	database = await openTestDatabase();
	ledger = await AuditLedger.open(database);
	ingest = new Ingest(database, { ledger, deadLetterPath: join(folder, 'refused.ndjson'), now: () => NOW_MS });
});
afterAll(async () => {
	await ingest.close();
	await ledger.close();
	await database[Symbol.asyncDispose]();
	await rm(folder, { recursive: true });
});

const tenantsOf = (...tenants: readonly (string | undefined)[]) =>
	tenants.map((tenant) => ({ key: 'pipeline.tenant', value: { stringValue: tenant ?? '' } }));
const send = (signal: 'traces' | 'logs' | 'metrics', request: object, ...tenants: readonly string[]) =>
	ingest.accept(signal, 'json', jsonBytes(request), 'sender', TenantScope.of(...tenants));

let made = 0;
const eventOf = (event: TelemetryEvent, tenant: string | undefined, more: Record<string, string> = {}) => {
	const { 'pipeline.tenant': _, ...dimensions } = event.dimensions;
	const eventId = `01a1ff27-8260-7000-bddd-${String(++made).padStart(12, '0')}`;
	const named = tenant === undefined ? {} : { 'pipeline.tenant': tenant };
	return recordOf({ ...event, eventId, dimensions: { ...dimensions, ...named, ...more } });
};
const logs = (logRecords: readonly object[], resourceTenant?: string) => ({
	resourceLogs: [{ resource: { attributes: tenantsOf(resourceTenant) }, scopeLogs: [{ logRecords }] }],
});

/** Of each item the tenants that it and its resource name; of a key that stands there twice the last one counts. */
const ITEMS: readonly (readonly [own: readonly string[], resource: string | undefined, of: string])[] = [
	[[OURS], undefined, OURS],
	[[THEIRS], undefined, THEIRS],
	[[], OURS, OURS],
	[[], THEIRS, THEIRS],
	[[OURS], THEIRS, OURS],
	[[THEIRS], OURS, THEIRS],
	[[OURS, THEIRS], undefined, THEIRS],
	[[''], THEIRS, THEIRS],
	[[], undefined, 'default'],
];
const MINE = ITEMS.filter(([, , tenant]) => tenant === OURS).length;

it('writes spans, logs and points of its tenants only, wherever they say whose they are', async () => {
	const times = { startTimeUnixNano: '1', endTimeUnixNano: '2', timeUnixNano: '1' };
	const listOf = (wrap: (attributes: object, resource: object) => object) =>
		ITEMS.map(([own, of]) => wrap(tenantsOf(...own), { attributes: tenantsOf(of) }));
	const span = { ...times, traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'work' };
	const requests = {
		traces: {
			resourceSpans: listOf((attributes, resource) => ({
				resource,
				scopeSpans: [{ spans: [{ ...span, attributes }] }],
			})),
		},
		logs: {
			resourceLogs: listOf((attributes, resource) => ({
				resource,
				scopeLogs: [{ logRecords: [{ ...times, attributes }] }],
			})),
		},
		metrics: {
			resourceMetrics: listOf((attributes, resource) => {
				const dataPoints = [{ ...times, attributes, asInt: '1' }];
				return { resource, scopeMetrics: [{ metrics: [{ name: 'work', gauge: { dataPoints } }] }] };
			}),
		},
	};
	for (const [signal, table, attributes] of [
		['traces', 'otel_traces', 'SpanAttributes'],
		['logs', 'otel_logs', 'LogAttributes'],
		['metrics', 'otel_metrics_gauge', 'Attributes'],
	] as const) {
		const result = await send(signal, requests[signal], OURS);
		const rejected = ITEMS.length - MINE;
		expect(result).toEqual({ accepted: MINE, rejected, foreign: rejected, message: REASON });
		const rows = await database.query(`SELECT ${standardTenant(attributes)} AS tenant FROM ${table} LIMIT 99`);
		expect(rows).toEqual(Array.from({ length: MINE }, () => ({ tenant: OURS })));
	}
	const letters = (await readFile(join(folder, 'refused.ndjson'), 'utf8')).trimEnd().split('\n');
	expect(letters).toHaveLength(3 * (ITEMS.length - MINE));
	expect(ingest.stats().rejected).toMatchObject({ tenant: 3 * (ITEMS.length - MINE), rules: 0 });
});

it('writes events and audit of its tenants only; their resource has no say', async () => {
	const events = [OURS, THEIRS, undefined].flatMap((tenant) => [
		eventOf(INGESTED, tenant, { 'audit.producer_seq': String(made + 1) }),
		eventOf(TIMED_OUT, tenant),
	]);
	expect(await send('logs', logs(events, OURS), OURS)).toEqual({
		...{ accepted: 2, rejected: 4, foreign: 4 },
		message: REASON,
	});
	for (const table of ['audit_events', 'telemetry_events', 'lineage_edges']) {
		const rows = await database.query(`SELECT DISTINCT tenant_id FROM ${table} LIMIT 99`);
		expect(rows).toEqual([{ tenant_id: OURS }]);
	}
});

it('takes an event for whose it is stored as: its other name for the tenant, and the hash of a plain one', async () => {
	const plain = eventOf(TIMED_OUT, 'acme');
	const hashed = await database.query<{ hash: string }>(
		"SELECT concat('t_', left(lower(hex(SHA256('acme'))), 16)) AS hash LIMIT 1",
	);
	const other = eventOf(TIMED_OUT, undefined, { tenant: THEIRS });
	expect(await send('logs', logs([plain, other]), OURS)).toMatchObject({ accepted: 0, rejected: 2 });
	expect(await send('logs', logs([plain, other]), THEIRS)).toMatchObject({ accepted: 1, rejected: 1 });
	expect(await send('logs', logs([plain, other]), hashed[0]?.hash ?? '')).toMatchObject({ accepted: 1, rejected: 1 });
});

it('writes what names no tenant for one whose tenants have the default among them', async () => {
	const request = logs([eventOf(INGESTED, undefined)]);
	expect(await send('logs', request, OURS)).toMatchObject({ accepted: 0, rejected: 1 });
	expect(await send('logs', request, OURS, 'default')).toEqual({ accepted: 1, rejected: 0 });
});

it('does not answer one sender of a name with what another one of it was told', async () => {
	const body = jsonBytes(logs([eventOf(TIMED_OUT, OURS)]));
	const scopes = [TenantScope.of(THEIRS), TenantScope.of(OURS), undefined];
	const answers = scopes.map((scope) => ingest.accept('logs', 'json', body, 'sender', scope));
	expect((await Promise.all(answers)).map(({ rejected }) => rejected)).toEqual([1, 0, 0]);
});
