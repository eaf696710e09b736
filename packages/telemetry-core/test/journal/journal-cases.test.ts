import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, journalCases, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { noopTracer, telemetry } from '../../src/index.ts';

describe('record journal', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	describe('on the OpenTelemetry API', () => {
		it.each(journalCases)('$name', async ({ play, check }) => {
			await play(telemetry.tracer);
			check({ spans: harness.spans(), events: harness.events() });
		});
	});

	describe('no-op', () => {
		it.each(journalCases.filter(({ name }) => !name.startsWith('leaves') && !name.startsWith('in-memory')))(
			'$name',
			async ({ play }) => {
				await play(noopTracer);
				expect({ spans: harness.spans(), events: harness.events() }).toEqual({ spans: [], events: [] });
			},
		);
	});
});
