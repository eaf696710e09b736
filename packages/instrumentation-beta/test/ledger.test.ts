import * as beta from '@pipeline/beta';
import { betaEntries } from '@pipeline/telemetry-core/registry';
import { createTelemetryHarness, EmissionLedger } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import { moduleOf, recordOf, transferOf } from './fixtures.ts';

describe('what the registry promises of Beta', () => {
	it('is emitted', async () => {
		const ledger = new EmissionLedger(betaEntries);
		const harness = createTelemetryHarness();
		const instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
		const m = moduleOf();
		m.start();
		await (await m.accept(transferOf([recordOf({ name: 'x' })]))).processed;
		ledger.add({ spans: harness.spans(), events: harness.events(), metrics: await harness.metrics() });
		await m.stop();
		instrumentation.disable();
		await harness.shutdown();
		expect(ledger.balance()).toEqual({ missing: [], needless: [] });
	});
});
