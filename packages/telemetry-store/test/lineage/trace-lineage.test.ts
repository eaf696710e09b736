import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edgeRows } from '../../src/lineage/edge-row.ts';
import type { LineageRequest } from '../../src/lineage/lineage-request.ts';
import { traceLineage } from '../../src/lineage/trace-lineage.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import {
	addEvents,
	addRows,
	deadLettered,
	delivered,
	enriched,
	event,
	ingested,
	instant,
	mapped,
	merged,
	replayed,
	split,
	traceId,
	uuid,
} from './sample-events.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
const scope = TenantScope.of('default');
const record = (number: number) => uuid(9, number);

/** Delivered twice and enriched; dead, replayed and delivered; one of two that were split; two that were merged. */
function sampleEvents(): readonly TelemetryEvent[] {
	const plain = { record: record(1), trace: traceId(1), batch: 'b-1', lineage: uuid(2, 1) };
	const dead = { record: record(2), trace: traceId(2), batch: 'b-1', lineage: uuid(2, 2) };
	const again = { ...dead, trace: traceId(3) };
	const parts = [3, 4].map((number) => ({ record: record(number), trace: traceId(number + 1), batch: 'b-2' }));
	const sum = { record: record(5), trace: traceId(6), batch: 'b-2' };
	return [
		ingested({ ...plain, at: 0 }),
		mapped({ ...plain, at: 10 }, 'flight'),
		mapped({ ...plain, at: 11 }, 'flight_leg'),
		enriched({ ...plain, at: 12 }, 'airports'),
		delivered({ ...plain, at: 20 }, 'records-json'),
		delivered({ ...plain, at: 21 }, 'legs-csv'),
		ingested({ ...dead, at: 1 }),
		mapped({ ...dead, at: 15 }, 'flight'),
		deadLettered({ ...dead, at: 40 }, 'records-json', 'e-1'),
		replayed({ ...again, at: 90_000 }, 'e-1'),
		delivered({ ...again, at: 90_010 }, 'records-json'),
		...parts.map((part, index) => split({ ...part, at: 5 + index }, 'raw-7')),
		...parts.map((part, index) => ingested({ ...part, at: 6 + index, lineage: uuid(2, 3 + index) })),
		merged(
			{ ...sum, at: 30 },
			parts.map((part) => part.record),
		),
		delivered({ ...sum, at: 50 }, 'records-json'),
	];
}

const events = sampleEvents();
beforeAll(async () => {
	database = await openTestDatabase();
	await addEvents(database, events);
	// A retry of the sender: every step is stored twice.
	await addRows(
		database,
		'lineage_edges',
		events.flatMap((each) => [...edgeRows(each)]),
	);
});
afterAll(() => database[Symbol.asyncDispose]());

const trace = (request: LineageRequest) => traceLineage(database, scope, request);
const steps = async (request: LineageRequest) =>
	(await trace(request)).edges.map(({ parentId, childId, relation }) => `${parentId} ${relation} ${childId}`);

describe('what became of a record', () => {
	it('shows schemas and both destinations, hop by hop', async () => {
		const graph = await trace({ start: { record: record(1) }, direction: 'forward' });
		expect(graph.nodes.map(({ id, distance }) => [distance, id])).toEqual([
			[0, `record:${record(1)}`],
			[1, 'destination:legs-csv'],
			[1, 'destination:records-json'],
			[1, `schema:${record(1)}/flight`],
			[1, `schema:${record(1)}/flight_leg`],
		]);
		expect(graph).toMatchObject({ start: [`record:${record(1)}`], isTruncated: false, limits: [], depthReached: 1 });
		expect(graph.nodes[3]).toEqual({
			id: `schema:${record(1)}/flight`,
			tenant: 'default',
			kind: 'schema',
			name: 'flight',
			recordId: record(1),
			distance: 1,
		});
	});

	it('goes from a dead letter through its replay to the destination, and ends where it came from', async () => {
		expect(await steps({ start: { record: record(2) }, direction: 'forward' })).toEqual([
			`record:${record(2)} DERIVE schema:${record(2)}/flight`,
			`record:${record(2)} REJECT entry:e-1`,
			`entry:e-1 DERIVE record:${record(2)}`,
			`record:${record(2)} COPY destination:records-json`,
		]);
	});

	it('follows both halves of a split into what they were merged to', async () => {
		expect(await steps({ start: { record: 'raw-7' }, direction: 'forward' })).toEqual([
			`record:raw-7 SPLIT record:${record(3)}`,
			`record:raw-7 SPLIT record:${record(4)}`,
			...[3, 4].map((number) => `record:${record(number)} MERGE record:${record(5)}`),
			`record:${record(5)} COPY destination:records-json`,
		]);
	});
});

describe('where a record came from', () => {
	it('shows all ancestors of a merge, its sources and nothing of its brothers', async () => {
		const graph = await trace({ start: { record: record(5) }, direction: 'backward' });
		expect(graph.nodes.map(({ id, distance }) => [distance, id])).toEqual([
			[-2, 'record:raw-7'],
			[-2, 'source:FILE:flights'],
			[-1, `record:${record(3)}`],
			[-1, `record:${record(4)}`],
			[0, `record:${record(5)}`],
		]);
	});

	it('has both directions without what else the sources gave', async () => {
		const graph = await trace({ start: { record: record(1) } });
		expect(graph.nodes.map(({ kind, distance }) => `${kind} ${distance}`)).toEqual([
			...['source -1', 'source -1', 'record 0', 'destination 1', 'destination 1', 'schema 1', 'schema 1'],
		]);
		expect(graph.edges).toHaveLength(6);
	});
});

it('ends at a destination that others read from, unless it starts there', async () => {
	const [edge] = edgeRows(merged({ record: record(8), at: 100 }, [record(7)]));
	const between = (parent_id: string, child_id: string) => ({
		...edge,
		step_id: uuid(1, 2 ** 40),
		parent_id,
		child_id,
	});
	await addRows(database, 'lineage_edges', [
		between(`record:${record(7)}`, 'destination:shared'),
		between('destination:shared', `record:${record(8)}`),
	]);
	const forward = { direction: 'forward' } as const;
	expect((await trace({ start: { record: record(7) }, ...forward })).edges).toHaveLength(1);
	expect((await trace({ start: { record: record(8) }, direction: 'backward' })).edges).toHaveLength(1);
	expect((await trace({ start: { destination: 'shared' } })).edges).toHaveLength(2);
});

describe('other starts', () => {
	it.each([
		['lineage', { lineage: uuid(2, 2) }, [record(2)]],
		['batch', { batch: 'b-2' }, [record(3), record(4), record(5)]],
	])('%s', async (_, start, records) => {
		const graph = await trace({ start });
		expect(graph.start).toEqual(records.map((id) => `record:${id}`));
	});

	it('a destination, back to every source', async () => {
		const graph = await trace({ start: { destination: 'legs-csv' } });
		expect(graph.nodes.map(({ id }) => id)).toEqual([
			...['source:FILE:flights', 'source:airports', `record:${record(1)}`, 'destination:legs-csv'],
		]);
	});

	it('a node', async () => {
		const graph = await trace({ start: { node: 'entry:e-1' }, direction: 'forward', depth: 1 });
		expect(graph.edges).toHaveLength(1);
	});

	it('a subject, by its hash only', async () => {
		const subject = 'k1:0123456789abcdef';
		const told = event({
			name: 'pipeline.beta.quality.audit.record_scored',
			record: record(1),
			dimensions: { 'pipeline.subject_key': subject },
		});
		await addEvents(database, [told]);
		expect((await trace({ start: { subject } })).start).toEqual([`record:${record(1)}`]);
		await expect(trace({ start: { subject: 'someone@example.org' } })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	});

	it('something unknown: an empty graph', async () => {
		expect(await trace({ start: { record: 'nobody' } })).toEqual({
			...{ start: [], nodes: [], edges: [], isTruncated: false, limits: [], depthReached: 0 },
		});
	});
});

describe('bounds', () => {
	it('says when there is more behind the last hop', async () => {
		const cut = await trace({ start: { record: 'raw-7' }, direction: 'forward', depth: 2 });
		expect(cut).toMatchObject({ isTruncated: true, limits: ['DEPTH'], depthReached: 2 });
		const whole = await trace({ start: { record: 'raw-7' }, direction: 'forward', depth: 3 });
		expect(whole).toMatchObject({ isTruncated: false, depthReached: 3 });
	});

	it('says when there are more edges, and not at exactly as many', async () => {
		const start = { source: 'FILE:flights' };
		const whole = await trace({ start });
		const exact = await trace({ start, maxEdges: whole.edges.length });
		expect(exact).toEqual(whole);
		const cut = await trace({ start, maxEdges: whole.edges.length - 1 });
		expect(cut).toMatchObject({ isTruncated: true, limits: ['EDGES'] });
		expect(cut.edges).toHaveLength(whole.edges.length - 1);
	});

	it('counts a step once that was stored many times, up to its bound', async () => {
		const parts = [1, 2, 3].map((number) => merged({ record: `often-${number}`, at: 500 + number }, ['often']));
		for (let times = 0; times < 5; times++) {
			await addRows(
				database,
				'lineage_edges',
				parts.flatMap((part) => [...edgeRows(part)]),
			);
		}
		const start = { record: 'often' };
		const whole = await trace({ start, maxEdges: 3 });
		expect(whole).toMatchObject({ isTruncated: false });
		expect(whole.edges.map(({ childId }) => childId)).toEqual([1, 2, 3].map((number) => `record:often-${number}`));
		expect(await trace({ start, maxEdges: 2 })).toMatchObject({ isTruncated: true, limits: ['EDGES'] });
	});

	it('gives both directions together no more edges than were asked for', async () => {
		const whole = await trace({ start: { record: record(3) } });
		expect(whole.edges).toHaveLength(4);
		for (const maxEdges of [1, 2, 3]) {
			const cut = await trace({ start: { record: record(3) }, maxEdges });
			expect(cut).toMatchObject({ isTruncated: true, limits: ['EDGES'] });
			expect(cut.edges).toHaveLength(maxEdges);
		}
		expect(await trace({ start: { record: record(3) }, maxEdges: 4 })).toEqual(whole);
	});

	it('leaves out what is outside its time', async () => {
		const timeRange = { from: instant(0), to: instant(90_000) };
		const inside = await steps({ start: { record: record(2) }, timeRange, direction: 'forward' });
		expect(inside).toHaveLength(2);
		const noDay = { from: '2026-02-30T00:00:00Z', to: '2026-03-03T00:00:00.000001+01:00' };
		expect(await steps({ start: { record: record(2) }, timeRange: noDay })).toEqual([]);
	});

	it.each([
		['no start', { start: {} }],
		['two starts', { start: { record: 'a', batch: 'b' } }],
		['an unknown start', { start: { person: 'a' } }],
		['an empty id', { start: { record: '' } }],
		['a long id', { start: { record: 'x'.repeat(513) } }],
		['no text', { start: { record: 7 } }],
		['no hop', { start: { record: 'a' }, depth: 0 }],
		['too many hops', { start: { record: 'a' }, depth: 65 }],
		['half an edge', { start: { record: 'a' }, maxEdges: 0.5 }],
		['too many edges', { start: { record: 'a' }, maxEdges: 100_001 }],
		['a direction', { start: { record: 'a' }, direction: 'sideways' }],
		['a time without a zone', { start: { record: 'a' }, timeRange: { from: '2026-01-01T00:00:00', to: instant(0) } }],
		['an empty time', { start: { record: 'a' }, timeRange: { from: instant(0), to: instant(0) } }],
	])('refuses %s', async (_, request) => {
		await expect(trace(request as unknown as LineageRequest)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	});

	it.each([
		{ start: { record: 'x'.repeat(512) } },
		{ start: { record: 'a' }, depth: 64, maxEdges: 100_000 },
		{ start: { record: "' OR 1 = 1 --" } },
		{ start: { node: "{tenants:Array(String)} \\' \u0000" } },
	])('takes %j', async (request) => {
		expect(await trace(request)).toMatchObject({ edges: [] });
	});
});

interface Step {
	readonly tenant: string;
	readonly from: number;
	readonly to: number;
}

/** Steps of one tenant that can be reached, as a plain walk in memory has them. */
function reachable(steps: readonly Step[], tenant: string, direction: string, start: number): readonly Step[] {
	const found = new Set<Step>();
	for (const isForward of direction === 'both' ? [true, false] : [direction === 'forward']) {
		const seen = new Set([start]);
		for (const at of seen) {
			for (const step of steps) {
				if (step.tenant !== tenant || (isForward ? step.from : step.to) !== at) continue;
				found.add(step);
				seen.add(isForward ? step.to : step.from);
			}
		}
	}
	return [...found];
}

it('finds every step that can be reached, and never one of another tenant whose ids are the same', async () => {
	const tenants = ['t_a', 't_b'] as const;
	const step = fc.record({ tenant: fc.constantFrom<string>(...tenants), from: fc.nat(6), to: fc.nat(6) });
	const directions = fc.constantFrom('forward' as const, 'backward' as const, 'both' as const);
	let run = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 12 }), directions, fc.nat(6), async (steps, direction, at) => {
			const prefix = `run-${++run}`;
			const id = (number: number) => `${prefix}-${number}`;
			const told = steps.map(({ tenant, from, to }) => merged({ record: id(to), tenant }, [id(from)]));
			await addEvents(database, told);
			const request = { start: { record: id(at) }, direction } as const;
			const all = await traceLineage(database, TenantScope.operator('test'), request);
			for (const tenant of tenants) {
				const own = await traceLineage(database, TenantScope.of(tenant), request);
				const expected = reachable(steps, tenant, direction, at).map((each) => told[steps.indexOf(each)]?.eventId);
				expect(own.edges.map(({ stepId }) => stepId).toSorted()).toEqual(expected.toSorted());
				expect(all.edges.filter((edge) => edge.tenant === tenant)).toEqual(own.edges);
			}
		}),
		{ numRuns: 25 },
	);
});
