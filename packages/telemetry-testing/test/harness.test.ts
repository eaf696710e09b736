import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, renderTree, type TelemetryHarness } from '../src/index.ts';

let harness: TelemetryHarness | undefined;

afterEach(async () => {
	await harness?.shutdown();
	harness = undefined;
});

function followOneRecord(): void {
	const journal = telemetry.tracer.begin(span['alpha.record.ingest'], {});
	telemetry.tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	telemetry.tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

describe('createTelemetryHarness', () => {
	it('sees the spans of a record, and forgets them when asked', () => {
		harness = createTelemetryHarness();
		followOneRecord();
		expect(renderTree(harness.spans())).toBe('alpha.record.ingest');
		harness.clear();
		expect(harness.spans()).toEqual([]);
	});

	it('leaves the process as it was', async () => {
		const first = createTelemetryHarness();
		await first.shutdown();
		followOneRecord();
		expect(first.spans()).toEqual([]);
	});
});
