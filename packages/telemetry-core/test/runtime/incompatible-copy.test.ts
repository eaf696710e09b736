import { afterEach, expect, it, vi } from 'vitest';

const SLOT = Symbol.for('pipeline.telemetry.1');

afterEach(() => vi.restoreAllMocks());

it('a copy that meets an incompatible one says so once, stays switched off and leaves the other alone', async () => {
	const foreign = { shape: 2, telemetry: { source: 'theirs' } };
	Object.defineProperty(globalThis, SLOT, { value: foreign });
	const lines: unknown[] = [];
	vi.spyOn(console, 'warn').mockImplementation((line) => lines.push(line));
	const core = await import('../../src/index.ts');
	const { createTelemetryHarness, item } = await import('../../../telemetry-testing/src/index.ts');
	const { span } = await import('../../src/registry/alpha/index.ts');
	const harness = createTelemetryHarness();
	expect(core.telemetry).toMatchObject({ source: 'none', tracer: core.noopTracer, epoch: 0 });
	expect(core.telemetry.tracer.begin(span['alpha.record.ingest'], item({}))).toBe(core.NO_JOURNAL);
	core.installTelemetry({ source: 'ours' })();
	expect(core.telemetry.source).toBe('none');
	const first = core.openTelemetry();
	expect(core.openTelemetry()).toBe(first);
	expect(lines).toEqual([expect.stringMatching(/incompatible copy \(shape 2, this one 1\).*npm ls/)]);
	expect(foreign).toEqual({ shape: 2, telemetry: { source: 'theirs' } });
	await harness.shutdown();
});
