import { InMemoryProvider, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { type EventDetail, isSwitchedOn, type Metrics, noopMetrics } from '@pipeline/telemetry-core';
import { BASES } from '@pipeline/telemetry-core/registry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ShareAdmission } from '../../src/flags/admission.ts';
import { type FlagSource, MASTER_FLAG, moduleFlag, PERCENTAGE_FLAG } from '../../src/flags/flag-source.ts';
import { InstrumentationFlags } from '../../src/flags/instrumentation-flags.ts';
import { localFlags } from '../../src/flags/local-flags.ts';
import { openFeatureFlags } from '../../src/flags/open-feature-flags.ts';
import { BoundMetrics } from '../../src/metrics/bound-metrics.ts';
import { createMetricProducer } from '../../src/metrics/metric-producer.ts';
import { scopeOf, valuesOf } from '../metrics/readers.ts';

const ALPHA = moduleFlag('alpha');
let running: InstrumentationFlags | undefined;

interface Followed {
	readonly flags: InstrumentationFlags;
	readonly told: EventDetail[];
	readonly failures: unknown[];
	readonly allOff: () => number;
}

async function follow(source: FlagSource, metrics: Metrics = noopMetrics): Promise<Followed> {
	const told: EventDetail[] = [];
	const failures: unknown[] = [];
	let allOff = 0;
	const flags = new InstrumentationFlags({
		source,
		metrics,
		events: { emit: (_, detail) => told.push(detail) },
		onAllOff: () => allOff++,
		onFailure: (error) => failures.push(error),
	});
	running = flags;
	await flags.start();
	return { flags, told, failures, allOff: () => allOff };
}

/** Alpha, beta, a team's own module, telemetry itself. */
const switches = () => [BASES.alpha, BASES.beta, 32, BASES.telemetry].map(isSwitchedOn);

afterEach(async () => {
	running?.close();
	await OpenFeature.close();
});

describe('local flags', () => {
	it('are those of the environment, unless they are set', () => {
		const flags = localFlags(
			{
				ENABLE_OBSERVABILITY_INSTRUMENTATION: 'false',
				ENABLE_OBSERVABILITY_INSTRUMENTATION_ALPHA: ' 1 ',
				ENABLE_OBSERVABILITY_INSTRUMENTATION_BETA: 'perhaps',
				OBSERVABILITY_INSTRUMENTATION_PERCENTAGE: '12.5',
			},
			() => {},
		);
		const read = () => [
			flags.read(MASTER_FLAG, true),
			flags.read(ALPHA, false),
			flags.read(moduleFlag('beta'), true),
			flags.read(moduleFlag('gamma'), true),
			flags.read(PERCENTAGE_FLAG, 100),
		];
		expect(read()).toEqual([false, true, true, true, 12.5]);
		flags.set(MASTER_FLAG, true);
		flags.set(PERCENTAGE_FLAG, 3);
		expect(read()).toEqual([true, true, true, true, 3]);
		flags.set(MASTER_FLAG, undefined);
		flags.set(PERCENTAGE_FLAG, true);
		expect(read()).toEqual([false, true, true, true, 100]);
	});
});

describe('flags in the environment', () => {
	it.each(['false', 'OFF', 'no', '0', 'true', 'On', 'YES', '1'])('are switched by %s', (text) => {
		const isOn = ['true', 'On', 'YES', '1'].includes(text);
		expect(localFlags({ ENABLE_OBSERVABILITY_INSTRUMENTATION: text }).read(MASTER_FLAG, !isOn)).toBe(isOn);
	});

	it('are told once where they say nothing that is known', () => {
		const env: Record<string, string> = { OBSERVABILITY_INSTRUMENTATION_PERCENTAGE: 'ten' };
		const lines: string[] = [];
		const flags = localFlags(env, (line) => lines.push(line));
		for (const text of ['', 'of', 'of', 'offf']) {
			env['ENABLE_OBSERVABILITY_INSTRUMENTATION'] = text;
			expect([flags.read(MASTER_FLAG, true), flags.read(PERCENTAGE_FLAG, 100)]).toEqual([true, 100]);
		}
		const ends = 'which changes nothing; allowed: true, on, yes, 1, false, off, no, 0';
		expect(lines).toEqual([
			'@pipeline/telemetry-sdk: OBSERVABILITY_INSTRUMENTATION_PERCENTAGE is "ten", which changes nothing; allowed: a number',
			`@pipeline/telemetry-sdk: ENABLE_OBSERVABILITY_INSTRUMENTATION is "of", ${ends}`,
			`@pipeline/telemetry-sdk: ENABLE_OBSERVABILITY_INSTRUMENTATION is "offf", ${ends}`,
		]);
	});
});

describe('instrumentation', () => {
	it('is on where no flag says anything', async () => {
		const { flags, told } = await follow(localFlags({}));
		expect([switches(), flags.admission.isPartial, told]).toEqual([[true, true, true, true], false, []]);
	});

	it('is switched while the process runs, as a whole and by module, and each change is audited', async () => {
		const source = localFlags({});
		const { flags, told, allOff } = await follow(source);
		source.set(ALPHA, false);
		await vi.waitFor(() => expect(switches()).toEqual([false, true, true, true]));
		source.set(MASTER_FLAG, false);
		await vi.waitFor(() => expect(switches()).toEqual([false, false, false, true]));
		source.set(MASTER_FLAG, true);
		await vi.waitFor(() => expect(switches()).toEqual([false, true, true, true]));
		source.set(PERCENTAGE_FLAG, 25);
		await vi.waitFor(() => expect(flags.admission.share).toBe(0.25));
		expect(allOff()).toBe(1);
		expect(told.map(({ dimensions }) => dimensions)).toEqual(
			[
				[ALPHA, 'true', 'false'],
				[MASTER_FLAG, 'true', 'false'],
				[MASTER_FLAG, 'false', 'true'],
				[PERCENTAGE_FLAG, '100', '25'],
			].map(([key, previous, now]) => ({
				'audit.resource_id': key,
				'pipeline.key': key,
				'pipeline.previous': previous,
				'pipeline.new': now,
				'pipeline.author': 'feature flag',
			})),
		);
		expect(told.every(({ correlationId }) => /^[\da-f-]{36}$/.test(correlationId ?? ''))).toBe(true);
		flags.close();
		expect(switches()).toEqual([true, true, true, true]);
	});

	it('says of each module whether it is on', async () => {
		const metrics = new BoundMetrics();
		await follow(localFlags({ ENABLE_OBSERVABILITY_INSTRUMENTATION_PHI: 'false' }), metrics);
		const { resourceMetrics } = await createMetricProducer(metrics, { scopeOf }).collect();
		expect(valuesOf(resourceMetrics, 'pipeline.telemetry.provider.gauge.enabled')).toEqual({
			'origin_module=ALPHA': 1,
			'origin_module=BETA': 1,
			'origin_module=GAMMA': 1,
			'origin_module=EPSILON': 1,
			'origin_module=PHI': 0,
			'origin_module=INTEGRATION': 1,
		});
	});

	it('stays off for modules that the settings leave out', async () => {
		const flags = new InstrumentationFlags({
			source: localFlags({}),
			metrics: noopMetrics,
			events: { emit() {} },
			modules: ['beta', 'integration-layer'],
			onAllOff() {},
			onFailure() {},
		});
		running = flags;
		await flags.start();
		expect([...switches(), isSwitchedOn(BASES.integration)]).toEqual([false, true, true, true, true]);
	});

	it('keeps the last values while its source is out of order', async () => {
		let fault: (() => never) | undefined;
		const local = localFlags({});
		const { failures } = await follow({ ...local, read: (key, current) => fault?.() ?? local.read(key, current) });
		local.set(ALPHA, false);
		await vi.waitFor(() => expect(isSwitchedOn(BASES.alpha)).toBe(false));
		fault = () => {
			throw new Error('out of order');
		};
		local.set(ALPHA, true);
		await vi.waitFor(() => expect(failures).toHaveLength(1));
		expect(isSwitchedOn(BASES.alpha)).toBe(false);
	});

	it('does not take an answer that a newer one has overtaken', async () => {
		const answers: ((value: boolean) => void)[] = [];
		const { flags } = await follow(localFlags({}));
		flags.close();
		const slow: FlagSource = {
			read: (key, current) =>
				key === ALPHA ? (new Promise((resolve) => answers.push(resolve as never)) as never) : current,
			onChange: () => () => {},
		};
		running = new InstrumentationFlags({
			source: slow,
			metrics: noopMetrics,
			events: { emit() {} },
			onAllOff() {},
			onFailure() {},
		});
		const [first, second] = [running.refresh(), running.refresh()];
		answers[1]?.(false);
		await second;
		answers[0]?.(true);
		await first;
		expect(isSwitchedOn(BASES.alpha)).toBe(false);
	});

	it('starts without a source that does not answer', async () => {
		vi.useFakeTimers();
		try {
			const silent: FlagSource = { read: () => new Promise<never>(() => {}) as never, onChange: () => () => {} };
			const started = follow(silent);
			await vi.advanceTimersByTimeAsync(1_000);
			expect(await started).toBeDefined();
			expect(switches()).toEqual([true, true, true, true]);
		} finally {
			vi.useRealTimers();
		}
	});
});

describe('OpenFeature', () => {
	const flag = (isOn: boolean) => ({
		variants: { on: true, off: false },
		defaultVariant: isOn ? 'on' : 'off',
		disabled: false,
	});

	it('is followed: what its provider knows, when it changes, and not when it fails', async () => {
		const provider = new InMemoryProvider({ [ALPHA]: flag(false) });
		await OpenFeature.setProviderAndWait(provider);
		const client = OpenFeature.getClient();
		await follow(openFeatureFlags(client));
		expect(switches()).toEqual([false, true, true, true]);
		provider.putConfiguration({
			[MASTER_FLAG]: flag(false),
			[PERCENTAGE_FLAG]: { variants: { few: 5 }, defaultVariant: 'few', disabled: false },
		});
		await vi.waitFor(() => expect(switches()).toEqual([false, false, false, true]));
		await vi.waitFor(() => expect(running?.admission.share).toBe(0.05));
		provider.resolveBooleanEvaluation = () => Promise.reject(new Error('out of order'));
		provider.events.emit(ProviderEvents.Stale);
		await new Promise((resolve) => setImmediate(resolve));
		expect(switches()).toEqual([false, false, false, true]);
		running?.close();
		expect(client.getHandlers(ProviderEvents.Stale)).toEqual([]);
	});
});

describe('a share of the records', () => {
	it.each([0, 0.01, 0.25, 0.5, 1])('of %d is admitted, evenly over any stretch', (share) => {
		const admission = new ShareAdmission();
		admission.share = share;
		const counts = Array.from(
			{ length: 20 },
			() => Array.from({ length: 1_000 }, () => admission.admits()).filter(Boolean).length,
		);
		for (const count of counts) expect(Math.abs(count - 1_000 * share)).toBeLessThanOrEqual(2);
	});

	it('is the same one in each run, and no share is less than none or more than all', () => {
		const [one, two] = [new ShareAdmission(), new ShareAdmission()];
		one.share = two.share = 0.3;
		const run = (admission: ShareAdmission) => Array.from({ length: 100 }, () => admission.admits());
		expect(run(one)).toEqual(run(two));
		one.share = -1;
		two.share = 200;
		expect([one.share, one.isPartial, two.share, two.isPartial]).toEqual([0, true, 1, false]);
	});
});
