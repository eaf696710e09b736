import { afterAll, beforeAll, expect, it } from 'vitest';
import { lineageRecord } from '../../src/lineage/lineage-record.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import {
	addEvents,
	attempted,
	completed,
	deadLettered,
	delivered,
	enriched,
	fieldTransformed,
	ingested,
	instant,
	mapped,
	merged,
	replayed,
	spanId,
	traceId,
	uuid,
} from './sample-events.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
const scope = TenantScope.of('default');
const record = (number: number) => uuid(8, number);
const lineage = (number: number) => uuid(7, number);

const story = { record: record(1), trace: traceId(1), span: spanId(1), batch: 'b-1', lineage: lineage(1) };
const again = { ...story, trace: traceId(2) };
const steps = [
	mapped({ ...story, at: 10 }, 'flight', 'c0', 'c1'),
	fieldTransformed({ ...story, at: 11 }, 'MASK_NAME', 'name'),
	enriched({ ...story, at: 12 }, 'airports'),
];

beforeAll(async () => {
	database = await openTestDatabase();
	await addEvents(database, [
		ingested({ ...story, at: 0 }),
		...steps,
		attempted({ ...story, at: 20 }, 'records-json', 1, 'DELIV_001_TIMEOUT'),
		attempted({ ...story, at: 21 }, 'records-json', 2, 'DELIV_002_REJECTED'),
		deadLettered({ ...story, at: 22 }, 'records-json', 'e-1'),
		completed({ ...story, at: 23 }, 'gamma', 'DLQ', { 'pipeline.target_schema': 'flight' }),
		replayed({ ...again, at: 1_000 }, 'e-1'),
		attempted({ ...again, at: 1_001 }, 'records-json', 1),
		delivered({ ...again, at: 1_002 }, 'records-json'),
		completed({ ...again, at: 1_003 }, 'gamma', 'DELIVERED', { 'pipeline.target_schema': 'flight' }),
		ingested({ record: record(2), lineage: lineage(2), at: 5 }),
		merged({ record: record(2), at: 4 }, [record(1), record(9)]),
		ingested({ record: record(3), lineage: lineage(3), tenant: 't_other' }),
		// The same id of another tenant is another record.
		delivered({ ...story, tenant: 't_other' }, 'elsewhere'),
		merged({ ...story, tenant: 't_other' }, [record(3)]),
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

it('tells a record from its source to its destinations', async () => {
	expect(await lineageRecord(database, scope, lineage(1))).toEqual({
		lineageId: lineage(1),
		recordId: record(1),
		parentIds: [],
		sourceSystem: 'FILE:flights',
		ingestionTimestamp: instant(0),
		transformations: [
			{
				stepId: steps[0]?.eventId,
				timestamp: instant(10),
				module: 'BETA',
				operation: 'pipeline.beta.mapping.audit.record_mapped',
				ruleId: 'DIRECT 2,COMPOSITE 1',
				fieldsAffected: [],
				previousChecksum: 'c0',
				resultingChecksum: 'c1',
				spanId: spanId(1),
				stage: 'mapping',
				schema: 'flight',
				outcome: 'SUCCESS',
			},
			{
				stepId: steps[1]?.eventId,
				timestamp: instant(11),
				module: 'BETA',
				operation: 'pipeline.beta.transform.audit.field_transformed',
				ruleId: 'MASK_NAME',
				fieldsAffected: ['name'],
				spanId: spanId(1),
				stage: 'transform',
				outcome: 'SUCCESS',
			},
			{
				stepId: steps[2]?.eventId,
				timestamp: instant(12),
				module: 'BETA',
				operation: 'pipeline.beta.enrichment.audit.source_queried',
				fieldsAffected: [],
				spanId: spanId(1),
				stage: 'enrichment',
				enrichmentSource: 'airports',
				outcome: 'SUCCESS',
			},
		],
		currentLocation: 'TERMINAL:DELIVERED',
		finalDestinations: [
			{
				destinationId: 'records-json',
				status: 'DELIVERED',
				totalAttempts: 3,
				deliveredAt: instant(1_002),
				acknowledgmentId: uuid(3, 1),
			},
		],
		traceIds: [traceId(1), traceId(2)],
		batchIds: ['b-1'],
		enrichmentSources: ['airports'],
		classification: 'INTERNAL',
		tenant: 'default',
		isTruncated: false,
	});
});

it('names the records it was merged of, and where a record is that has not ended', async () => {
	expect(await lineageRecord(database, scope, lineage(2))).toMatchObject({
		parentIds: [record(1), record(9)],
		currentLocation: 'alpha.adapter',
		finalDestinations: [],
	});
});

it('tells the record of one tenant to whoever may see all', async () => {
	const all = TenantScope.operator('test');
	expect(await lineageRecord(database, all, lineage(1))).toEqual(await lineageRecord(database, scope, lineage(1)));
});

it('knows nothing of other tenants and of what is not there', async () => {
	expect(await lineageRecord(database, scope, lineage(3))).toBeUndefined();
	expect(await lineageRecord(database, scope, lineage(4))).toBeUndefined();
	await expect(lineageRecord(database, scope, '')).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
