import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, item, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { installTelemetry, isSwitchedOn, LEFT_OUT, SWITCHES, switchModule, telemetry } from '../../src/index.ts';
import { recordCall } from '../../src/instrumentation/index.ts';
import { base, metric, span } from '../../src/registry/alpha/index.ts';
import { MetricFamily } from '../../src/signals/metric-family.ts';
import { followed } from './followed.ts';
import { SampleInstrumentation, type Seen, sampleModule } from './sample-module.ts';

const RECORDS = 'pipeline.alpha.adapter.counter.records_fetched_total';

describe('a module that is switched off', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(async () => {
		switchModule(base, true);
		await harness.shutdown();
	});

	it('is called straight through until it is switched on again, without a new patch', () => {
		const module = sampleModule();
		const seen: Seen = {};
		const instrumentation = new SampleInstrumentation({ seen });
		instrumentation.instrument(module);
		const wrapped = instrumentation.wrap('send', (text: string) => text);
		const call = () => [new module.Parser().parse('a'), module.send('b'), wrapped('c')];
		call();
		switchModule(base, false);
		expect(call()).toEqual(['A', 'b', 'c']);
		expect(seen).toEqual({ parse: 1, send: 2 });
		switchModule(base, true);
		call();
		expect(seen).toEqual({ parse: 2, send: 4 });
		instrumentation.disable();
	});

	it('counts nothing, and what it counted before stays', async () => {
		const family = new MetricFamily(metric[RECORDS]);
		family.of('a').add(1);
		switchModule(base, false);
		family.of('a').add(1);
		switchModule(base, true);
		const values = (await harness.metrics()).filter(({ name }) => name === RECORDS).map(({ value }) => value);
		expect(values).toEqual([1]);
	});

	it('is one of those that have a switch: others are on', () => {
		for (const other of [-1, SWITCHES]) {
			switchModule(other, false);
			expect(isSwitchedOn(other)).toBe(true);
		}
	});
});

describe('a record that is left out', () => {
	it('is measured like any other, though nothing is written', async () => {
		const written: string[] = [];
		const recorder = {
			...telemetry.tracer,
			current: { ...telemetry.tracer.current },
			seconds: new Float64Array([123]),
			journalOf: () => LEFT_OUT,
			stageOf: () => 0 as never,
			enter: () => void written.push('enter') as never,
			exit: () => void written.push('exit'),
			run: () => void written.push('run') as never,
		};
		const uninstall = installTelemetry({ source: 'test', tracer: recorder });
		let measured = Number.NaN;
		const call = followed(
			recordCall({
				span: span['alpha.parser.parse'],
				remote: true,
				after: (_tracer, _journal, _stage, seconds) => {
					measured = seconds;
				},
			}),
			(record: object) => record,
		);
		const record = item({});
		expect(call(record)).toBe(record);
		uninstall();
		expect(written).toEqual([]);
		expect(measured >= 0 && measured < 123).toBe(true);
	});
});
