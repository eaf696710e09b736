import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JourneyStage, RecordJourney } from '../../src/journey/journey.ts';
import { type JourneyOptions, recordJourney } from '../../src/journey/record-journey.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import {
	addEvents,
	attempted,
	completed,
	deadLettered,
	delivered,
	event,
	ingested,
	instant,
	mapped,
	replayed,
	spanId,
	split,
	traceId,
	transformationFailed,
	uuid,
} from '../lineage/sample-events.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { addSpans, type SampleSpan } from './sample-spans.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
const scope = TenantScope.of('default');
const record = (number: number) => uuid(6, number);
const story = (number: number, trace = 10 + number, span = 1) => ({
	...{ record: record(number), trace: traceId(trace), span: spanId(span) },
	...{ batch: 'b-1', lineage: uuid(5, number) },
});
const toFlight = { 'pipeline.target_schema': 'flight' };
const toStore = { 'pipeline.destination_id': 'records-json' };

const FIRST_TRY: readonly SampleSpan[] = [
	{ trace: 1, span: 1, name: 'alpha.record.ingest', record: record(1), at: 0, ms: 10 },
	{ trace: 1, span: 2, parent: 1, name: 'alpha.parser.parse', at: 0, ms: 1 },
	...[3, 4, 5].map((span) => ({ trace: 1, span, parent: 1, name: 'alpha.validation.rule', at: span, ms: 1 })),
	{ trace: 1, span: 6, parent: 1, name: 'beta.record.process', at: 12, ms: 5 },
	{ trace: 1, span: 7, parent: 6, name: 'gamma.record.deliver', at: 20, ms: 30, error: 'DELIV_002_REJECTED' },
	...[1, 2].map((number) => ({
		...{ trace: 1, span: 7 + number, parent: 7, name: 'gamma.delivery.attempt', at: 10 + 10 * number, ms: 8 },
		attributes: { ...toStore, 'pipeline.attempt_number': String(number) },
		error: number === 1 ? 'DELIV_001_TIMEOUT' : 'DELIV_002_REJECTED',
		links: [{ trace: 90, span: 90, type: 'batch' }],
	})),
];
const REPLAY: readonly SampleSpan[] = [
	{
		...{ trace: 2, span: 21, name: 'recovery.replay', record: record(1), at: 60_000, ms: 20 },
		links: [{ trace: 1, span: 7, type: 'replay_of' }],
	},
	{ trace: 2, span: 22, parent: 21, name: 'gamma.delivery.attempt', at: 60_005, ms: 10, attributes: toStore },
];

beforeAll(async () => {
	database = await openTestDatabase();
	await addSpans(database, [...FIRST_TRY, ...REPLAY]);
	await addEvents(database, [
		ingested({ ...story(1, 1), at: 2 }),
		mapped({ ...story(1, 1, 6), at: 14 }, 'flight'),
		attempted({ ...story(1, 1, 8), at: 28 }, 'records-json', 1, 'DELIV_001_TIMEOUT'),
		attempted({ ...story(1, 1, 9), at: 38 }, 'records-json', 2, 'DELIV_002_REJECTED'),
		deadLettered({ ...story(1, 1, 7), at: 45 }, 'records-json', 'e-1'),
		completed({ ...story(1, 1, 7), at: 50 }, 'gamma', 'DLQ', toFlight),
		replayed({ ...story(1, 2, 21), at: 60_000 }, 'e-1'),
		attempted({ ...story(1, 2, 22), at: 60_010 }, 'records-json', 1),
		delivered({ ...story(1, 2, 21), at: 60_015 }, 'records-json'),
		completed({ ...story(1, 2, 21), at: 60_020 }, 'gamma', 'DELIVERED', toFlight),
		event({ name: 'pipeline.integration.transfer.audit.batch_transferred', trace: traceId(1), at: 18 }),
		// Of another record that shares the trace.
		ingested({ ...story(6, 1), at: 19 }),
		ingested({ ...story(2), at: 100 }),
		transformationFailed({ ...story(2), at: 110 }, 'origin', 'MAP_001_MISSING_REQUIRED'),
		completed({ ...story(2), at: 111 }, 'beta', 'DROPPED', {
			...{ 'pipeline.queue': 'MAPPING', 'pipeline.entry_id': 'e-2', 'pipeline.retention_until': instant(999_000) },
		}),
		ingested({ ...story(3), at: 200 }),
		ingested({ ...story(4), tenant: 't_a' }),
		ingested({ ...story(4), tenant: 't_b' }),
	]);
	await addSpans(database, [
		{ trace: 5, span: 51, name: 'alpha.record.ingest', record: record(5), at: 0, ms: 1 },
		{ trace: 5, span: 52, parent: 59, name: 'gamma.record.deliver', record: record(5), at: 3, ms: 1 },
	]);
});
afterAll(() => database[Symbol.asyncDispose]());

async function journeyOf(number: number, options?: JourneyOptions): Promise<RecordJourney> {
	const journey = await recordJourney(database, scope, record(number), options);
	if (journey === undefined) throw new Error('no journey');
	return journey;
}
const line = ({ depth, name, startMs, durationMs, status, repeats, subject = '' }: JourneyStage) =>
	`${'-'.repeat(depth)}${name} ${startMs}+${durationMs} ${status} x${repeats} ${subject}`.trim();

describe('a record that failed, and was replayed', () => {
	it('has its facts', async () => {
		expect(await journeyOf(1)).toMatchObject({
			recordId: record(1),
			tenant: 'default',
			lineageIds: [uuid(5, 1)],
			batchIds: ['b-1'],
			source: 'FILE:flights',
			classification: 'INTERNAL',
			startedAt: instant(0),
			endedAt: instant(60_020),
			durationMs: 60_020,
			outcome: 'DELIVERED',
			gaps: [],
			isTruncated: false,
		});
	});

	it('has the stages of both ways by module; rules alike are one stage', async () => {
		const { traces } = await journeyOf(1);
		const [first, replay] = traces;
		expect(traces).toHaveLength(2);
		expect(first).toMatchObject({ traceId: traceId(1), kind: 'ORIGINAL', evidence: 'SPANS', spans: 9, startMs: 0 });
		expect(
			first?.modules.map(({ module, startMs, durationMs, status, attempts }) => [
				...[module, startMs, durationMs, status, attempts],
			]),
		).toEqual([
			['ALPHA', 0, 10, 'OK', 0],
			['BETA', 12, 5, 'OK', 0],
			['GAMMA', 20, 30, 'ERROR', 2],
		]);
		expect(first?.modules.map(({ stages }) => stages.map(line))).toEqual([
			['alpha.record.ingest 0+10 OK x1', '-alpha.parser.parse 0+1 OK x1', '-alpha.validation.rule 3+3 OK x3'],
			['beta.record.process 12+5 OK x1'],
			[
				'gamma.record.deliver 20+30 ERROR x1',
				'-gamma.delivery.attempt 20+8 ERROR x1 records-json',
				'-gamma.delivery.attempt 30+8 ERROR x1 records-json',
			],
		]);
		expect(replay).toMatchObject({ traceId: traceId(2), kind: 'REPLAY', link: 'replay_of', startMs: 60_000 });
	});

	it('has attempts over both ways, the dead letter with its replay, and each failure once', async () => {
		const { deliveries, queueEntries, errors, links } = await journeyOf(1);
		expect(deliveries).toMatchObject([
			{ destinationId: 'records-json', status: 'DELIVERED', deliveredAt: instant(60_015) },
		]);
		expect(deliveries[0]?.attempts.map(({ number, status }) => `${number} ${status}`)).toEqual([
			...['1 FAILED', '2 FAILED', '1 SUCCESS'],
		]);
		expect(queueEntries).toEqual([
			{
				...{ entryId: 'e-1', queue: 'DLQ', module: 'GAMMA', enqueuedAt: instant(45), errorCode: 'PERMANENT_FAILURE' },
				replays: [{ at: instant(60_000), operator: 'operator-7', justification: 'fixed', traceId: traceId(2) }],
			},
		]);
		expect(errors.map(({ code, details }) => [code, details['attempt_number']])).toEqual([
			['DELIV_001_TIMEOUT', '1'],
			['DELIV_002_REJECTED', '2'],
		]);
		expect(links).toEqual(
			expect.arrayContaining([
				{ traceId: traceId(90), type: 'batch' },
				{ traceId: traceId(1), type: 'replay_of' },
			]),
		);
	});

	it('has its lineage, and events that name only its trace', async () => {
		const { lineage, events } = await journeyOf(1);
		expect(lineage.nodes.map(({ id }) => id)).toContain('entry:e-1');
		expect(events).toHaveLength(11);
		expect(events.map(({ name }) => name)).toContain('pipeline.integration.transfer.audit.batch_transferred');
	});
});

describe('what is missing', () => {
	it('says that spans were not kept, and tells the way from the audit', async () => {
		const journey = await journeyOf(2);
		expect(journey.outcome).toBe('DROPPED');
		expect(journey.gaps).toMatchObject([{ kind: 'NOT_SAMPLED', traceId: traceId(12) }]);
		expect(journey.queueEntries).toMatchObject([{ entryId: 'e-2', queue: 'MAPPING', expiresAt: instant(999_000) }]);
	});

	it('says that no end is known', async () => {
		const journey = await journeyOf(3);
		expect(journey).toMatchObject({ outcome: 'IN_PROGRESS', startedAt: instant(200) });
		expect(journey.durationMs).toBeUndefined();
		expect(journey.gaps.map(({ kind }) => kind)).toEqual(['NOT_SAMPLED', 'NO_END']);
		expect(journey.traces).toMatchObject([
			{
				evidence: 'AUDIT',
				spans: 0,
				modules: [{ module: 'ALPHA', durationMs: 0, stages: [{ name: 'alpha.adapter.record_ingested' }] }],
			},
		]);
	});

	it('finds a record of which only spans are known', async () => {
		const journey = await journeyOf(5);
		expect(journey.gaps.map(({ kind }) => kind)).toEqual(['SPANS_MISSING', 'NO_AUDIT']);
		expect(journey).toMatchObject({ outcome: 'IN_PROGRESS', traces: [{ traceId: traceId(5), spans: 2 }] });
	});

	it('says what was cut', async () => {
		const journey = await journeyOf(1, { maxSpans: 4, maxEvents: 3, lineageDepth: 1 });
		expect(journey.isTruncated).toBe(true);
		expect(journey.gaps.map(({ kind }) => kind)).toEqual(['SPANS_CUT', 'EVENTS_CUT', 'LINEAGE_CUT']);
		expect(journey.events.length).toBeLessThanOrEqual(6);
	});
});

it('shows the trace of what it was split from', async () => {
	const link = { trace: 70, span: 70, type: 'split_from' };
	await addSpans(database, [
		{ trace: 70, span: 70, name: 'alpha.record.ingest', record: 'raw-7', at: 500, ms: 2 },
		{ trace: 71, span: 71, name: 'alpha.record.ingest', record: record(7), at: 502, ms: 2, links: [link] },
	]);
	await addEvents(database, [split({ ...story(7, 71, 71), at: 502 }, 'raw-7')]);
	const { traces, lineage, gaps } = await journeyOf(7);
	expect(traces.map(({ traceId: id, kind, link: why, startMs }) => [id, kind, why, startMs])).toEqual([
		[traceId(71), 'ORIGINAL', undefined, 0],
		[traceId(70), 'LINKED', 'split_from', -2],
	]);
	expect(lineage.edges).toMatchObject([{ parentId: 'record:raw-7', relation: 'SPLIT' }]);
	expect(gaps.map(({ kind }) => kind)).toEqual(['NO_END']);
});

it('shows exactly as many spans as were asked for, and says nothing where these are all', async () => {
	const kindsOf = async (maxSpans: number) => (await journeyOf(1, { maxSpans })).gaps.map(({ kind }) => kind);
	expect(await kindsOf(11)).toEqual([]);
	expect(await kindsOf(10)).toEqual(['SPANS_CUT']);
	expect(await kindsOf(9)).toEqual(['TRACES_CUT']);
});

describe('whose it is', () => {
	it('is nobody to those who may not see it, or when it is not there', async () => {
		expect(await recordJourney(database, TenantScope.of('t_a'), record(1))).toBeUndefined();
		expect(await recordJourney(database, scope, record(4))).toBeUndefined();
		expect(await recordJourney(database, scope, 'nobody')).toBeUndefined();
	});

	it('is one of one tenant', async () => {
		const own = await recordJourney(database, TenantScope.of('t_a'), record(4));
		expect(own).toMatchObject({ tenant: 't_a', events: [{ dimensions: { 'pipeline.tenant': 't_a' } }] });
		const all = recordJourney(database, TenantScope.operator('test'), record(4));
		await expect(all).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	});
});

it.each([{ maxSpans: 0 }, { maxSpans: 10_001 }, { maxEvents: 10_001 }, { lineageDepth: 65 }])(
	'refuses %j',
	async (options) => {
		await expect(recordJourney(database, scope, record(1), options)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	},
);
