import type { GammaModule } from '@pipeline/gamma';
import * as gamma from '@pipeline/gamma';
import { internalFailureCount } from '@pipeline/telemetry-core/instrumentation';
import {
	assertNoPayload,
	assertRegistryNames,
	createTelemetryHarness,
	type EventView,
	type MetricPointView,
	type SpanView,
	type TelemetryHarness,
} from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, expect } from 'vitest';
import { GammaInstrumentation, type GammaInstrumentationConfig } from '../../src/index.ts';

/** Everything that was told. */
export interface Told {
	readonly spans: readonly SpanView[];
	readonly events: readonly EventView[];
	readonly metrics: readonly MetricPointView[];
}

/** Telemetry for each test of a file, and the promise that nothing of its own failed. */
export function useTelemetry(config: GammaInstrumentationConfig = {}) {
	let harness: TelemetryHarness;
	let instrumentation: GammaInstrumentation;
	let failuresBefore = 0;
	beforeEach(() => {
		harness = createTelemetryHarness({ detail: 'standard' });
		instrumentation = new GammaInstrumentation(config);
		instrumentation.instrument(gamma);
		failuresBefore = internalFailureCount();
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
		expect(internalFailureCount()).toBe(failuresBefore);
	});
	return {
		get harness() {
			return harness;
		},
		get instrumentation() {
			return instrumentation;
		},
		/** Everything told until the module has stopped. */
		async stop(module: GammaModule): Promise<Told> {
			await module.idle();
			const metrics = await harness.metrics();
			await module.stop();
			const told = { spans: harness.spans(), events: harness.events(), metrics };
			assertRegistryNames(told);
			assertNoPayload(told, ['s3cret-value']);
			return told;
		},
	};
}

/** Spans about records: not those of batches and calls. */
export const recordSpans = (spans: readonly SpanView[]) =>
	spans.filter(
		({ name }) => !name.startsWith('gamma.batch.') && name !== 'recovery.resume' && !name.endsWith('.send_batch'),
	);

export const named = (spans: readonly SpanView[], name: string) => spans.filter((span) => span.name === name);

/** Last parts of the names of audit events, in order; without those of every start and stop. */
export const audits = (events: readonly EventView[]) =>
	events
		.filter(({ name }) => name.includes('.audit.') && !/destination_registered|reconciled/.test(name))
		.map(({ name }) => name.split('.').at(-1));

/** Outcomes of records that ended, or were amended. */
export const outcomes = (events: readonly EventView[], what: 'completed' | 'amended' = 'completed') =>
	events
		.filter(({ name }) => name === `pipeline.gamma.trace.trace.${what}`)
		.map(({ attributes }) => attributes['pipeline.trace.outcome']);

/** Sum of a metric over its attributes; measurements of a histogram. */
export const value = (metrics: readonly MetricPointView[], name: string) =>
	metrics.filter((point) => point.name === name).reduce((sum, point) => sum + (point.count ?? point.value), 0);
