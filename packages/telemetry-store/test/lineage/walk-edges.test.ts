import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { traceLineage } from '../../src/lineage/trace-lineage.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { hopByHop, type Step } from './hop-by-hop.ts';
import { addRows, instant, uuid } from './sample-events.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const TENANTS = ['t_a', 't_b'] as const;
const NODES = [...Array.from({ length: 9 }, (_, number) => `record:${number}`), 'source:s', 'destination:d', 'entry:e'];
/** Few, so that most nodes share one; and none. */
const LINEAGES = ['l-1', 'l-2', ''];
const node = fc.constantFrom(...NODES);

const drawnStep = fc.record({
	tenant: fc.constantFrom(...TENANTS),
	parent: node,
	child: node,
	lineage: fc.constantFrom(...LINEAGES),
	/** Stored so often. */
	times: fc.constantFrom(1, 1, 1, 3),
});
/** Long ways are drawn seldom by chance. */
const chain = fc.record({
	tenant: fc.constantFrom(...TENANTS),
	lineages: fc.array(fc.constantFrom(...LINEAGES), { maxLength: 8 }),
});
const drawnSteps = fc.tuple(fc.array(drawnStep, { maxLength: 12 }), chain).map(([steps, { tenant, lineages }]) => [
	...steps,
	...lineages.map((lineage, at) => ({
		tenant,
		parent: `record:${at}`,
		child: `record:${at + 1}`,
		lineage,
		times: 1,
	})),
]);
const drawnRequest = fc.record({
	start: fc.oneof(node, fc.constant('record:0')),
	direction: fc.constantFrom('forward' as const, 'backward' as const, 'both' as const),
	depth: fc.integer({ min: 1, max: 10 }),
	maxEdges: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1_000)),
	from: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(20)),
	to: fc.oneof({ weight: 3, arbitrary: fc.constant(1_000) }, fc.integer({ min: 21, max: 30 })),
});

/** More is read ahead than may be given. */
const LONG_WAY = [0, 1, 2, 3, 4, 5].map((at) => ({
	...{ tenant: 't_a' as const, parent: `record:${at}`, child: `record:${at + 1}`, lineage: 'l-1', times: 1 },
}));
const CUT = [2, 3].map((maxEdges) => ({
	...{ start: 'record:0', direction: 'forward' as const, depth: 4, maxEdges, from: 0, to: 1_000 },
}));

let run = 0;

const rowOf = ({ tenant, parent, child, lineage, at }: Step) => ({
	...{ tenant_id: tenant, parent_id: parent, child_id: child, relation: 'derive', timestamp: instant(at) },
	...{ module: 'BETA', operation: 'map', step_id: uuid(at, run), record_id: '', lineage_id: lineage },
});

it('finds in any graph what a walk in memory finds, with its bounds', async () => {
	await fc.assert(
		fc.asyncProperty(drawnSteps, fc.array(drawnRequest, { minLength: 2, maxLength: 3 }), async (drawn, requests) => {
			const prefix = `run-${++run}-`;
			const named = (id: string) => id.replace(':', `:${prefix}`);
			const steps = drawn.map((step, at) => ({
				...{ tenant: step.tenant, parent: named(step.parent), child: named(step.child), at },
				lineage: step.lineage === '' ? '' : prefix + step.lineage,
			}));
			const rows = steps.flatMap((step, at) => Array.from({ length: drawn[at]?.times ?? 1 }, () => rowOf(step)));
			await addRows(database, 'lineage_edges', rows);
			for (const { from, to, start, ...asked } of requests) {
				for (const tenant of TENANTS) {
					const own = steps.filter((step) => step.tenant === tenant);
					const expected = hopByHop(own, { ...asked, start: named(start), from, to });
					const request = {
						...asked,
						start: { node: named(start) },
						timeRange: { from: instant(from), to: instant(to) },
					};
					const graph = await traceLineage(database, TenantScope.of(tenant), request);
					expect({
						steps: graph.edges.map(({ timestamp }) => timestamp),
						distances: graph.nodes.map(({ id, distance }) => `${id} ${distance}`).toSorted(),
						limits: graph.limits,
						isTruncated: graph.isTruncated,
					}).toEqual({
						steps: [...expected.steps].map(({ at }) => instant(at)).toSorted(),
						distances: [...expected.distances].map(([id, distance]) => `${id} ${distance}`).toSorted(),
						limits: expected.limits,
						isTruncated: expected.limits.length > 0,
					});
				}
			}
		}),
		{ numRuns: 15, examples: [[LONG_WAY, CUT]] },
	);
});

it('reads a long way through one lineage at once, and a query a hop beyond it', async () => {
	const prefix = `run-${++run}-`;
	const steps = Array.from({ length: 12 }, (_, at) => ({
		...{ tenant: 't_a', parent: `record:${prefix}${at}`, child: `record:${prefix}${at + 1}`, at },
		lineage: at < 10 ? prefix : `${prefix}${at}`,
	}));
	await addRows(database, 'lineage_edges', steps.map(rowOf));
	let queries = 0;
	const counted: StoreDatabase = Object.create(database, {
		query: {
			value: (...asked: Parameters<StoreDatabase['query']>) => {
				queries++;
				return database.query(...asked);
			},
		},
	});
	const start = { node: `record:${prefix}0` };
	const graph = await traceLineage(counted, TenantScope.of('t_a'), { start, direction: 'forward' });
	expect(graph.depthReached).toBe(12);
	// The lineage, what leaves all nodes that it names, the edge that leads out of it, and one by one what stands outside.
	expect(queries).toBe(5);
});
