import * as beta from '@pipeline/beta';
import { installTelemetry, noopTracer, telemetry } from '@pipeline/telemetry-core';
import {
	assertRegistryNames,
	createTelemetryHarness,
	renderTree,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BetaInstrumentation, referenceBinding } from '../src/index.ts';
import { enriching, fieldsOf, moduleOf, profileOf, recordOf, requiringName, sourceOf, transferOf } from './fixtures.ts';

const PROFILE = { profile: { profileId: 'own', version: 1 }, targets: new Map([['out', {}]]) };
const SCOPE = { record: { recordId: 'r' }, personalFields: new Set<string>(), profile: PROFILE };

/** Items that know nothing of carriers. */
const plain = (more: object = {}) => ({ recordId: 'record', lineageId: 'lineage', targetSchema: 'out', ...more });

describe('modules of other teams', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'standard' });
	});
	afterEach(() => harness.shutdown());

	/** The operations as functions, under the names that the binding gives them. */
	function functions(instrumentation = new BetaInstrumentation()) {
		const wrap = (name: string, call: (...values: never[]) => unknown) =>
			instrumentation.wrap(name, call) as unknown as (...values: unknown[]) => unknown;
		return {
			wrap,
			admit: wrap('admit', (records: readonly object[]) => records.map((record, at) => ({ record, sources: [at] }))),
		};
	}

	const names = () => harness.spans().map(({ name }) => name);

	it('follows functions whose items do not copy carriers', async () => {
		const { wrap, admit } = functions();
		const record = plain();
		const intermediate = { ...plain(), transformationLog: [] };
		const passed = { ...plain(), transformationLog: [] };
		const enriched = { ...plain(), transformationLog: [] };
		const transformed = plain();
		const map = wrap('map', () => ({ intermediate, mappingsApplied: { DIRECT: 1 } }));
		const transform = wrap('transform', () => ({
			intermediate: passed,
			rulesApplied: 1,
			rulesSkipped: 0,
			outcomes: [],
			fallbacks: [],
		}));
		const enrich = wrap('enrich', async () => ({ intermediate: enriched, lookups: 0, cacheHits: 0, fallbacks: [] }));
		const score = wrap('score', () => ({ dimensions: {}, violated: 'NONE' }));
		const send = wrap('handoff', async () => ({ status: 'RECEIVED' }));
		const process = wrap('process', async () => {
			map(record, 'out', SCOPE);
			transform(intermediate, 1, SCOPE);
			await enrich(passed, SCOPE);
			score(enriched, SCOPE);
			return { transformed: [{ record: transformed, lookups: 0, cacheHits: 0 }], rulesApplied: 1 };
		});
		admit([record], PROFILE);
		await process(record);
		await send({ batchId: 'b', records: [transformed] });
		expect(renderTree(harness.spans())).toBe(
			[
				'beta.record.process',
				'  beta.mapping.map',
				'  beta.transform.apply',
				'  beta.enrichment.enrich',
				'  beta.quality.score',
				'  beta.handoff.send',
			].join('\n'),
		);
	});

	it('ends a record whose stages threw where they never should', async () => {
		const { wrap, admit } = functions();
		const record = plain();
		const fault = new Error('s3cret');
		admit([record], PROFILE);
		const process = wrap('process', () => Promise.reject(fault));
		await expect(process(record)).rejects.toBe(fault);
		expect(harness.spans()).toMatchObject([{ name: 'beta.record.process', statusMessage: 'TRX_999_UNKNOWN' }]);
		expect(harness.events().at(-1)?.attributes['pipeline.trace.outcome']).toBe('FAILED');
	});

	it.each([
		['map', [plain(), 'out', SCOPE], 'beta.mapping.map', 'MAP_999_UNKNOWN'],
		['transform', [plain(), 1, SCOPE], 'beta.transform.apply', 'TRX_999_UNKNOWN'],
		['enrich', [plain(), SCOPE], 'beta.enrichment.enrich', 'ENR_999_UNKNOWN'],
		['lookup', [{ ...plain(), sourceId: 's', key: 'k' }], 'beta.enrichment.lookup', 'ENR_999_UNKNOWN'],
		['score', [plain(), SCOPE], 'beta.quality.score', 'QUAL_003_SCORING_FAILED'],
	])('gives a fault of %s the code of its stage', async (operation, values, span, code) => {
		const { wrap, admit } = functions();
		const fault = new Error('fault');
		const call = wrap(operation, () => {
			throw fault;
		});
		admit([values[0]], PROFILE);
		expect(() => call(...values)).toThrow(fault);
		expect(harness.spans()).toMatchObject([{ name: span, status: 'ERROR', statusMessage: code }]);
		const metrics = await harness.metrics();
		const errors = metrics.filter(({ name }) => name === 'pipeline.beta.errors.counter.errors_total');
		expect(errors.map(({ attributes, value }) => [attributes['pipeline.error_code'], value])).toEqual([[code, 1]]);
		assertRegistryNames({ spans: harness.spans(), events: harness.events(), metrics });
	});

	it('shows what readers are bound for, and nothing of the rest', async () => {
		const { module, supportedVersions, admit, process, handoff, map } = referenceBinding;
		const binding = {
			module,
			supportedVersions,
			admit,
			process,
			handoff,
			map: { export: map?.export ?? '', method: 'map' },
		};
		const instrumentation = new BetaInstrumentation({ binding: binding as never });
		expect(instrumentation.instrument(beta).patched).toHaveLength(4);
		const running = moduleOf();
		running.start();
		await (await running.accept(transferOf([recordOf({ n: 1 })]))).processed;
		await running.stop();
		instrumentation.disable();
		expect(names()).toEqual(['beta.mapping.map', 'beta.handoff.send', 'beta.record.process']);
	});

	it('remembers no origins of cached answers when told so, and as many changed fields', async () => {
		const instrumentation = new BetaInstrumentation({ maxCacheOrigins: 0, maxFieldEvents: 1 });
		instrumentation.instrument(beta);
		const rules = [enriching(), { type: 'TR03' as const, config: { fieldCases: { a: 'UPPER', b: 'UPPER' } } }];
		const running = moduleOf({
			profile: profileOf({ rules }),
			sources: [sourceOf(async () => fieldsOf({ v: 1 }))],
			config: { transformParallelism: 1 },
		});
		running.start();
		const record = () => recordOf({ key: 'k', a: 'x', b: 'x' }, { personalFields: ['a', 'b'] });
		await (await running.accept(transferOf([record(), record()]))).processed;
		await running.stop();
		instrumentation.disable();
		const lookups = harness.spans().filter(({ name }) => name === 'beta.enrichment.lookup');
		expect(lookups.map(({ attributes, links }) => [attributes['pipeline.cache.status'], links.length])).toEqual([
			['MISS', 0],
			['HIT', 0],
		]);
		expect(harness.events().filter(({ name }) => name.endsWith('field_transformed'))).toHaveLength(2);
	});

	it('counts and times records that the tracer does not follow', async () => {
		const restore = installTelemetry({ tracer: noopTracer });
		const instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
		installTelemetry({ tracer: noopTracer });
		const running = moduleOf({ profile: profileOf(requiringName) });
		running.start();
		await (await running.accept(transferOf([recordOf({ name: 'x' }), recordOf({ n: 1 })]))).processed;
		await running.stop();
		instrumentation.disable();
		const metrics = await harness.metrics();
		restore();
		expect(names().filter((name) => !name.startsWith('beta.batch'))).toEqual([]);
		const outcomes = (name: string) =>
			metrics
				.filter((point) => point.name === `pipeline.beta.transform.${name}`)
				.map(({ attributes, value, count }) => [attributes['pipeline.outcome'], count ?? value]);
		expect(outcomes('counter.records_transformed_total').sort()).toEqual([
			['FAILURE', 1],
			['SUCCESS', 1],
		]);
		expect(outcomes('histogram.record_duration_seconds').sort()).toEqual([
			['FAILURE', 1],
			['SUCCESS', 1],
		]);
	});

	it('lets records of a batch that does not fit leave as they came', async () => {
		const instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
		const running = moduleOf({ config: { transformQueueCapacity: 100 } });
		running.start();
		const records = Array.from({ length: 101 }, () => recordOf({ n: 1 }));
		const { outcome } = await running.accept(transferOf(records));
		await running.stop();
		instrumentation.disable();
		expect(outcome).toBe('CAPACITY_EXCEEDED');
		const processes = harness.spans().filter(({ name }) => name === 'beta.record.process');
		expect(new Set(processes.map(({ statusMessage }) => statusMessage))).toEqual(new Set(['RES_001_MEMORY']));
		expect(harness.spans().at(-1)?.status).toBe('ERROR');
		expect(telemetry.source).not.toBe('none');
	});
});
