import { spawnSync } from 'node:child_process';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';

function record(): void {
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

const SETTINGS = { profile: 'dev', env: {}, audit: { enabled: false } } as const;

/** Names of the spans of libraries that ended while telemetry was on. */
function library() {
	const ended: string[] = [];
	const processor: SpanProcessor = {
		onStart() {},
		onEnd: ({ name }) => void ended.push(name),
		forceFlush: async () => {},
		shutdown: async () => {},
	};
	return { ended, spanProcessors: [processor] };
}

const fail = () => {
	throw new Error('not mine');
};

afterEach(() => {
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

describe('a sink that throws', () => {
	it('is not in the way of the application, nor of other sinks', async () => {
		let spans = 0;
		const others = {
			send(request: { readonly spans: number }) {
				spans += request.spans;
			},
		};
		const rejecting = { send: async () => fail() };
		const provider = new TelemetryProvider({ ...SETTINGS, spanSinks: [{ send: fail }, rejecting, others] });
		vi.useFakeTimers({ toFake: ['setInterval'] });
		onTestFinished(() => void vi.useRealTimers());
		await provider.start();
		record();
		expect(() => vi.advanceTimersByTime(2_000)).not.toThrow();
		expect(spans).toBe(1);
		record();
		expect(await provider.forceFlush()).toBe(true);
		record();
		await provider.shutdown();
		expect(spans).toBe(3);
	});
});

describe('a provider', () => {
	it('can be started again', async () => {
		const { ended, spanProcessors } = library();
		const provider = new TelemetryProvider({ ...SETTINGS, spanProcessors });
		for (const round of ['first', 'second']) {
			expect(await provider.start()).toBe(true);
			trace.getTracer('library').startSpan(round).end();
			await provider.shutdown();
		}
		expect(ended).toEqual(['first', 'second']);
		const after = trace.getTracer('library').startSpan('work');
		expect(after.isRecording()).toBe(false);
	});

	it('that is shut down twice, or while it starts, is off', async () => {
		const provider = new TelemetryProvider(SETTINGS);
		const started = provider.start();
		await Promise.all([provider.shutdown(), provider.shutdown()]);
		expect(await started).toBe(true);
		await provider.shutdown();
		expect(telemetry.source).toBe('none');
	});

	it('does not take from another one what it has registered', async () => {
		const first = new TelemetryProvider(SETTINGS);
		const { ended, spanProcessors } = library();
		const second = new TelemetryProvider({ ...SETTINGS, spanProcessors });
		await first.start();
		await first.shutdown();
		await second.start();
		await first.shutdown();
		trace.getTracer('library').startSpan('work').end();
		expect(ended).toEqual(['work']);
		await second.shutdown();
	});

	it('never throws when it is shut down, whatever it was given', async () => {
		const flags = { read: <T>(_key: string, current: T) => current, onChange: () => fail };
		const processor = { onStart() {}, onEnd() {}, forceFlush: fail, shutdown: fail };
		const provider = new TelemetryProvider({ ...SETTINGS, flags, spanProcessors: [processor] });
		expect(await provider.start()).toBe(true);
		await expect(provider.shutdown()).resolves.toBeUndefined();
		expect(telemetry.source).toBe('none');
	});

	it('that cannot be started leaves nothing switched on', async () => {
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		onTestFinished(() => said.mockRestore());
		// What no type checker has seen.
		const healthSources = 1 as never;
		const { ended, spanProcessors } = library();
		const provider = new TelemetryProvider({ ...SETTINGS, healthSources, spanProcessors });
		expect(await provider.start()).toBe(false);
		expect(said).toHaveBeenCalledOnce();
		expect(telemetry.source).toBe('none');
		trace.getTracer('library').startSpan('work').end();
		expect(ended).toEqual([]);
		await provider.shutdown();
	});

	it('lets whoever waits for it go on when a processor never ends', () => {
		const program = `
			import { TelemetryProvider } from '@pipeline/telemetry-sdk';
			const never = () => new Promise(() => {});
			const processor = { onStart() {}, onEnd() {}, forceFlush: never, shutdown: never };
			const flags = { read: never, onChange: () => () => {} };
			const audit = { enabled: false };
			const provider = new TelemetryProvider({ profile: 'dev', env: {}, audit, flags, spanProcessors: [processor] });
			console.log(await provider.start());
			console.log(await provider.forceFlush(50));
			await provider.shutdown(50);
			console.log('on');
		`;
		const { status, stdout, stderr } = spawnSync(
			process.execPath,
			['--conditions=@pipeline/source', '--input-type=module', '-e', program],
			{ cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
		);
		expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'true\ntrue\non\n', stderr: '' });
	});
});
