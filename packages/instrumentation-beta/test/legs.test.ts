import * as beta from '@pipeline/beta';
import { systemRuntime, type ValidatedRecord } from '@pipeline/model';
import { createTelemetryHarness, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import { moduleOf, profileOf, recordOf, requiringName, type Setup, transferOf } from './fixtures.ts';

const ago = (ms: number) => new Date(systemRuntime().now() - ms).toISOString();

describe("the legs of a record's way that end in beta", () => {
	let harness: TelemetryHarness;
	let instrumentation: BetaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness();
		instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	/** Leg -> whole seconds, of one record. */
	async function legsOf(record: ValidatedRecord, setup: Setup = {}) {
		const module = moduleOf(setup);
		module.start();
		await (await module.accept(transferOf([record]))).processed;
		const metrics = await harness.metrics();
		await module.stop();
		return Object.fromEntries(
			metrics
				.filter(({ name }) => name === 'pipeline.integration.flow.histogram.stage_duration_seconds')
				.map(({ attributes, value, count }) => [attributes['pipeline.stage'], [count, Math.round(value / 60) * 60]]),
		);
	}

	it('are timed by what the record carries', async () => {
		const record = recordOf({ name: 'a' }, { ingestionTimestamp: ago(3_600_000), validationTimestamp: ago(1_200_000) });
		expect(await legsOf(record)).toEqual({ ALPHA: [1, 2_400], ALPHA_BETA: [1, 1_200], BETA: [1, 0] });
	});

	it.each([
		['too old', { ingestionTimestamp: ago(3_600_000), validationTimestamp: ago(90_000_000) }, ['BETA']],
		['no time', { validationTimestamp: 'never' }, ['BETA']],
		['ingested too long ago', { ingestionTimestamp: ago(90_000_000) }, ['ALPHA_BETA', 'BETA']],
		['later than its end', { ingestionTimestamp: ago(-60_000) }, ['ALPHA', 'ALPHA_BETA', 'BETA']],
	])('are left out, or cut to nothing, where a time cannot be: %s', async (_, times, legs) => {
		const timed = await legsOf(recordOf({ name: 'a' }, times));
		expect(Object.keys(timed).sort()).toEqual(legs);
		expect(timed['ALPHA']?.[1] ?? 0).toBe(0);
	});

	it('are not told of a record that fails', async () => {
		expect(await legsOf(recordOf({ other: 'a' }), { profile: profileOf(requiringName) })).toEqual({});
	});
});
