import type { AlphaBinding } from '@pipeline/instrumentation-alpha';
import { AlphaInstrumentation } from '@pipeline/instrumentation-alpha';
import { createTelemetryHarness, type SpanView } from '@pipeline/telemetry-testing';

/** One run of a module under telemetry. */
export interface Followed {
	readonly result: unknown;
	/** Spans of the records; those of batches are apart. */
	readonly records: readonly SpanView[];
	readonly batches: readonly SpanView[];
	readonly patched: number;
}

const RECORD_SPAN = /^alpha\.(?:record|parser|validation|buffer|handoff|error_queue)\./;

/** Runs a module with its operations followed as `binding` says, on an SDK in memory. */
export async function follow(binding: AlphaBinding, exports: unknown, run: () => Promise<unknown>): Promise<Followed> {
	const harness = createTelemetryHarness();
	const instrumentation = new AlphaInstrumentation({ binding });
	try {
		const { patched } = instrumentation.instrument(exports);
		const result = await run();
		const spans = harness.spans();
		return {
			result,
			records: spans.filter(({ name }) => RECORD_SPAN.test(name)),
			batches: spans.filter(({ name }) => !RECORD_SPAN.test(name)),
			patched: patched.length,
		};
	} finally {
		instrumentation.disable();
		await harness.shutdown();
	}
}
