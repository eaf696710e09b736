import * as beta from '@pipeline/beta';
import { betaEntries, type DetailLevel } from '@pipeline/telemetry-core/registry';
import { createTelemetryHarness } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import { enriching, fieldsOf, moduleOf, profileOf, recordOf, sourceOf, transferOf } from './fixtures.ts';

const LEVELS: readonly DetailLevel[] = ['minimal', 'standard', 'full'];
const ENTRIES: Readonly<Record<string, { readonly level: DetailLevel; readonly grain: string }>> = betaEntries.spans;

async function run(detail: DetailLevel) {
	const harness = createTelemetryHarness({ detail });
	const instrumentation = new BetaInstrumentation();
	instrumentation.instrument(beta);
	const rules = [enriching(), { type: 'TR03' as const, config: { fieldCases: { name: 'UPPER' } } }];
	const fields = { name: { type: 'STRING' as const, required: true } };
	const module = moduleOf({
		profile: profileOf({ rules, fields }),
		sources: [sourceOf(async () => fieldsOf({ v: 1 }))],
	});
	module.start();
	await (await module.accept(transferOf([recordOf({ name: 'x', key: 'k' }), recordOf({ key: 'k' })]))).processed;
	const metrics = await harness.metrics();
	await module.stop();
	const told = {
		spans: harness
			.spans()
			.map(({ name }) => name)
			.sort(),
		events: harness
			.events()
			.map(({ name }) => name)
			.sort(),
		metrics: [...new Set(metrics.map(({ name }) => name))].sort(),
	};
	instrumentation.disable();
	await harness.shutdown();
	return told;
}

describe('levels of detail', () => {
	it('decide about spans as the registry says, and about nothing else', async () => {
		const full = await run('full');
		expect(new Set(full.spans)).toContain('beta.transform.rule');
		const isRecords = (name: string) => ENTRIES[name]?.grain === 'record';
		for (const [rank, detail] of LEVELS.entries()) {
			const { spans, events, metrics } = await run(detail);
			const wanted = full.spans.filter((name) => LEVELS.indexOf(ENTRIES[name]?.level ?? 'full') <= rank);
			// Work of batches is few: it is told at every level.
			expect(spans.filter(isRecords)).toEqual(wanted.filter(isRecords));
			expect(events).toEqual(full.events);
			expect(metrics).toEqual(full.metrics);
		}
	});
});
