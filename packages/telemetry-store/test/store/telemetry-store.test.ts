import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { migrate } from '../../src/schema/migrate.ts';
import type { StoreReader } from '../../src/store/store-reader.ts';
import { TelemetryStore } from '../../src/store/telemetry-store.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { deliveryOf, RANGE } from './store-events.ts';

/** A database that is away when it is told to be. */
class Flaky {
	isAway = false;
	readonly database: StoreDatabase;

	constructor(real: StoreDatabase) {
		const orAway = <Result>(work: () => Promise<Result>): Promise<Result> =>
			this.isAway ? Promise.reject(new StoreError('STORE_UNAVAILABLE', 'The store cannot be reached.')) : work();
		this.database = {
			kind: real.kind,
			name: real.name,
			query: (sql, parameters, options) => orAway(() => real.query(sql, parameters, options)),
			insert: (...insert) => orAway(() => real.insert(...insert)),
			administer: (work) => orAway(() => real.administer(work)),
			ping: () => orAway(() => real.ping()),
			close: () => real.close(),
		};
	}
}

let folder: string;
let flaky: Flaky;
let store: TelemetryStore;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'telemetry-store-'));
	flaky = new Flaky(await openDatabase({ path: join(folder, 'data') }));
	await migrate(flaky.database);
	store = new TelemetryStore(flaky.database, await AuditLedger.open(flaky.database));
	for (const tenant of ['north', 'south'])
		await store.append([...deliveryOf('shared', tenant), ...deliveryOf(`only ${tenant}`, tenant)]);
});
beforeEach(() => {
	flaky.isAway = false;
});
afterAll(async () => {
	await store.close();
	await rm(folder, { recursive: true, force: true });
});

const readerOf = (scope: TenantScope, actorId = 'somebody') => store.reader({ actorId, actorType: 'USER', scope });
const auditOf = async (actorId: string) => {
	const all = readerOf(TenantScope.operator('look at the audit'), 'the test');
	const range = { from: '2026-11-21T10:00:00Z', to: '2199-01-01T00:00:00Z' };
	// Takes along what others left for later.
	await all.queryAudit({ timeRange: range, pageSize: 1 });
	const { entries } = await all.queryAudit({ timeRange: range, actorIds: [actorId] });
	return entries.map(({ name, dimensions }) => ({
		name: name.split('.').at(-1),
		tenant: dimensions['pipeline.tenant'],
		resource: dimensions['audit.resource_id'],
		outcome: dimensions['audit.outcome'],
		count: dimensions['pipeline.count'],
		justification: dimensions['pipeline.justification'],
	}));
};

/** Every read that there is, about a record. */
const READS: Readonly<Record<string, (reader: StoreReader, recordId: string) => Promise<unknown>>> = {
	queryAudit: (reader, recordId) => reader.queryAudit({ timeRange: RANGE, recordIds: [recordId] }),
	traceLineage: (reader, record) => reader.traceLineage({ start: { record } }),
	lineageRecord: (reader, recordId) => reader.lineageRecord(`lineage of ${recordId}`),
	recordJourney: (reader, recordId) => reader.recordJourney(recordId),
	failedRecords: (reader) => reader.failedRecords(RANGE),
	traceById: (reader) => reader.traceById('4bf92f3577b34da6a3ce929d0e0e4736'),
	searchTraces: (reader) => reader.searchTraces({ timeRange: RANGE }),
	metricSeries: (reader) => reader.metricSeries({ name: 'none', timeRange: RANGE }),
	eventSeries: (reader) => reader.eventSeries({ timeRange: RANGE, groupBy: ['source_id'] }),
	qualityCorrelation: (reader) => reader.qualityCorrelation({ timeRange: RANGE }),
	proveInclusion: (reader) => reader.proveInclusion('01a1ff27-8260-7000-8000-000000000000'),
	exportAudit: async (reader, recordId) => {
		const pieces: string[] = [];
		for await (const piece of reader.exportAudit({ timeRange: RANGE, recordIds: [recordId] }, 'ndjson'))
			pieces.push(piece);
		return pieces;
	},
};

it('gives a reader what its scope holds, and has every read in the audit of the tenant', async () => {
	for (const [name, read] of Object.entries(READS)) {
		const own = JSON.stringify(await read(readerOf(TenantScope.of('north'), `reads ${name}`), 'shared')) ?? '';
		expect(own, name).not.toContain('south');
		expect(await auditOf(`reads ${name}`), name).toMatchObject([{ tenant: 'north', outcome: 'SUCCESS' }]);
	}
	const audit = await readerOf(TenantScope.of('north')).queryAudit({ timeRange: RANGE, recordIds: ['shared'] });
	expect(audit.entries).toHaveLength(2);
	expect(audit.isPartial).toBeUndefined();
	const own = await readerOf(TenantScope.of('south')).recordJourney('only south');
	expect(own).toMatchObject({ tenant: 'south', outcome: 'IN_PROGRESS' });
	expect(await readerOf(TenantScope.of('north')).recordJourney('only south')).toBeUndefined();
});

it('has a read of several tenants in the audit of each, and one of all with its reason', async () => {
	await readerOf(TenantScope.of('north', 'south'), 'of two').queryAudit({ timeRange: RANGE });
	expect((await auditOf('of two')).map(({ tenant, count }) => [tenant, count])).toEqual(
		expect.arrayContaining([
			['north', '8'],
			['south', '8'],
		]),
	);
	await readerOf(TenantScope.operator('incident 7'), 'of all').failedRecords(RANGE);
	expect(await auditOf('of all')).toEqual([
		{
			name: 'audit_queried',
			tenant: undefined,
			resource: 'failed records',
			outcome: 'SUCCESS',
			count: '0',
			justification: 'incident 7',
		},
	]);
});

it('keeps what is of the whole store from those who see a part of it', async () => {
	for (const read of [(reader: StoreReader) => reader.producers(), (reader: StoreReader) => reader.storeGrowth()]) {
		await expect(read(readerOf(TenantScope.of('north')))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
		await expect(read(readerOf(TenantScope.operator('test')))).resolves.toBeDefined();
	}
	expect(await readerOf(TenantScope.of('north'), 'verifier').verifyAudit()).toMatchObject({ isIntact: true });
	expect(await auditOf('verifier')).toMatchObject([{ name: 'integrity_verified', tenant: 'north' }]);
});

it('writes down whom it did not let in', async () => {
	const scope = TenantScope.of('north');
	await store.auditRefusal({
		actorId: 'intruder',
		actorType: 'USER',
		scope,
		resource: 'GET /audit',
		reason: 'NOT_ALLOWED',
	});
	expect(await auditOf('intruder')).toMatchObject([
		{ name: 'access_denied', tenant: 'north', resource: 'GET /audit', outcome: 'FAILURE' },
	]);
});

it('answers from memory while the store is away, says so, and has it in the audit afterwards', async () => {
	flaky.isAway = true;
	const reader = readerOf(TenantScope.of('north'), 'in the dark');
	const audit = await reader.queryAudit({ timeRange: RANGE, recordIds: ['shared'], order: 'DESC' });
	expect(audit).toMatchObject({ isPartial: true, totalCount: 2, totalIsEstimate: true, continuationToken: null });
	expect(audit.entries.map(({ name }) => name.split('.').at(-1))).toEqual(['delivery_confirmed', 'record_ingested']);
	expect(JSON.stringify(audit)).not.toContain('south');
	const none = await reader.queryAudit({ timeRange: RANGE, actorIds: ['actor of south'] });
	expect(none).toMatchObject({ isPartial: true, entries: [] });
	const journey = await reader.recordJourney('only north');
	expect(journey).toMatchObject({
		isPartial: true,
		isTruncated: true,
		outcome: 'IN_PROGRESS',
		source: 'source of north',
	});
	await expect(reader.recordJourney('only south')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	await expect(reader.failedRecords(RANGE)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	flaky.isAway = false;
	// The next entry takes with it what was kept.
	await readerOf(TenantScope.of('north')).failedRecords(RANGE);
	expect((await auditOf('in the dark')).map(({ outcome }) => outcome)).toEqual(['PARTIAL', 'PARTIAL', 'PARTIAL']);
});

it('refuses what makes no sense, away or not', async () => {
	const reader = readerOf(TenantScope.of('north'));
	const backwards = { from: RANGE.to, to: RANGE.from };
	await expect(reader.queryAudit({ timeRange: backwards })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	flaky.isAway = true;
	await expect(reader.queryAudit({ timeRange: backwards })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
