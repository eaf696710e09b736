import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventSeries } from '../../src/metrics/event-series.ts';
import { metricSeries } from '../../src/metrics/metric-series.ts';
import { qualityCorrelation } from '../../src/metrics/quality-correlation.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { searchTraces } from '../../src/traces/search-traces.ts';
import { traceById } from '../../src/traces/trace-by-id.ts';
import { insertPoints, rangeOf } from '../metrics/metric-rows.ts';
import { eventAt, insertEvents, insertJourneys } from '../metrics/pipeline-events.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { DAY, insertSpans, traceIdOf } from './span-rows.ts';

/** Every text that a tenant wrote holds its mark, and no text of another does. */
const MARKS = { t_red: 'crimson', t_blue: 'azure' } as const;
type Tenant = keyof typeof MARKS;
const TENANTS = Object.keys(MARKS) as readonly Tenant[];
const SHARED = 7;

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	for (const [index, tenant] of TENANTS.entries()) {
		const mark = MARKS[tenant];
		const own = { 'pipeline.tenant': tenant };
		// By its own attributes, by its resource's, and in a trace that both have spans in.
		await insertSpans(database, [
			{ trace: index + 1, span: 1, name: mark, service: mark, attributes: { ...own, mark } },
			{ trace: index + 1, span: 2, parent: 1, name: mark, service: mark, resource: { ...own, mark } },
			{ trace: SHARED, span: index + 1, name: mark, service: mark, attributes: { ...own, mark } },
		]);
		const point = { name: 'depth', at: 30, service: mark, value: index + 1 };
		await insertPoints(database, 'gauge', [{ ...point, attributes: { ...own, mark } }]);
		await insertPoints(database, 'sum', [{ ...point, attributes: { mark }, resource: own }]);
		await insertPoints(database, 'histogram', [
			{ ...point, attributes: { ...own, mark }, bounds: [1], counts: [1, 1], isDelta: true },
		]);
		await insertPoints(database, 'exponential_histogram', [
			{ ...point, attributes: { ...own, mark }, counts: [1], isDelta: true },
		]);
		await insertJourneys(database, [
			{
				record: 'same',
				source: mark,
				validation: mark,
				upstream: 1,
				tenant,
				ends: [{ schema: mark, outcome: mark, quality: 1 }],
			},
		]);
		await insertEvents(database, 'telemetry_events', [
			eventAt(5, {
				name: `pipeline.alpha.buffer.log.${mark}`,
				component: mark,
				dimensions: { ...own, 'pipeline.source_id': mark },
			}),
		]);
	}
}, 120_000);
afterAll(() => database[Symbol.asyncDispose]());

const RANGE = rangeOf(0, 3_600);
const text = fc.oneof(
	fc.constantFrom(...TENANTS, ...Object.values(MARKS), 'mark', 'pipeline.tenant', ''),
	fc.string({ maxLength: 8 }),
);
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const given = <Shape extends object>(shape: Shape) =>
	Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as {
		[Key in keyof Shape]?: NonNullable<Shape[Key]>;
	};

/** A question with values of either tenant, or of none. */
const question = fc.oneof(
	fc.record({ trace: fc.constantFrom(1, 2, SHARED), withLinkedSpans: fc.boolean() }).map(
		({ trace, withLinkedSpans }) =>
			(scope: TenantScope): Promise<unknown> =>
				traceById(database, scope, traceIdOf(trace), { withLinkedSpans }),
	),
	fc
		.record({
			service: some(text),
			operation: some(text),
			module: some(text),
			tags: some(fc.dictionary(text, text, { maxKeys: 2 })),
		})
		.map((filter) => (scope: TenantScope) => searchTraces(database, scope, { timeRange: DAY, ...given(filter) })),
	fc
		.record({
			step: fc.constantFrom('raw', '1m', '1h', '1d'),
			attributes: some(fc.dictionary(text, text, { maxKeys: 2 })),
			// Names of attributes that are asked for come back as they are.
			groupBy: some(fc.subarray(['mark', 'pipeline.tenant', 'service.name', 'none'])),
		})
		.map(
			(filter) => (scope: TenantScope) =>
				metricSeries(database, scope, { name: 'depth', timeRange: RANGE, ...given(filter) }),
		),
	fc
		.record({
			groupBy: fc.subarray(['module', 'component', 'name', 'outcome', 'source_id'] as const),
			only: some(fc.record({ source_id: fc.array(text, { maxLength: 2 }) })),
		})
		.map((filter) => (scope: TenantScope) => eventSeries(database, scope, { timeRange: RANGE, ...given(filter) })),
	fc
		.record({ source: some(text), schema: some(text) })
		.map(
			(filter) => (scope: TenantScope) => qualityCorrelation(database, scope, { timeRange: RANGE, ...given(filter) }),
		),
);

it('shows nothing of another tenant, in answers and in errors, whatever is asked', async () => {
	let shown = 0;
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...TENANTS), question, async (tenant, ask) => {
			const answer = await ask(TenantScope.of(tenant)).catch((error: unknown) => String(error));
			const said = JSON.stringify(answer) ?? '';
			for (const other of TENANTS) if (other !== tenant) expect(said).not.toContain(MARKS[other]);
			if (said.includes(MARKS[tenant])) shown += 1;
		}),
		{ numRuns: 60 },
	);
	// It has been shown its own.
	expect(shown).toBeGreaterThan(6);
	// Some hundred queries: a busy machine is no failure.
}, 300_000);
