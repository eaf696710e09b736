import { spawnSync } from 'node:child_process';
import { logs } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	instrumentationContract,
	item,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import {
	ENTRY_STAGE,
	NO_JOURNAL,
	OpenTelemetryBackend,
	openTelemetry,
	StageStatus,
	telemetry,
} from '../../src/index.ts';
import { event, metric, span } from '../../src/registry/alpha/index.ts';
import { SampleInstrumentation, sampleModule } from './sample-module.ts';

const INGEST = span['alpha.record.ingest'];

describe('the contract of instrumentations holds for every kind of place', () => {
	it.each(instrumentationContract({ create: (config) => new SampleInstrumentation(config) }))('$name', ({ run }) =>
		run(),
	);
});

describe('providers', () => {
	let harness: TelemetryHarness | undefined;
	let instrumentation: SampleInstrumentation | undefined;
	afterEach(async () => {
		instrumentation?.disable();
		await harness?.shutdown();
		harness = undefined;
	});

	function follow(): void {
		const record = item({});
		const journal = telemetry.tracer.begin(INGEST, record);
		telemetry.tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		telemetry.metrics.bind(metric['pipeline.alpha.buffer.counter.overflow_events_total'], {}).add(1);
		telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
	}

	it('without one nothing is created and what an item carries stays as it is', () => {
		instrumentation = new SampleInstrumentation();
		const record = item({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' });
		expect(telemetry.source).toBe('opentelemetry');
		expect(telemetry.tracer.begin(INGEST, record)).toBe(NO_JOURNAL);
		expect(record).toEqual(item({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }));
	});

	it('one that is registered later counts from then on, under the name of who speaks', async () => {
		instrumentation = new SampleInstrumentation();
		follow();
		harness = createTelemetryHarness();
		openTelemetry().reset();
		instrumentation.instrument(sampleModule());
		follow();
		const points = await harness.metrics();
		expect(harness.spans().map(({ name, scope }) => [name, scope])).toEqual([
			['alpha.record.ingest', '@pipeline/instrumentation-sample'],
		]);
		expect(harness.events().map(({ name }) => name)).toEqual(['pipeline.alpha.config.log.changed']);
		expect(points.map(({ name, value }) => [name, value])).toEqual([
			['pipeline.alpha.buffer.counter.overflow_events_total', 1],
		]);
	});

	it('one that is swapped takes over, spans and metrics alike', async () => {
		const first = createTelemetryHarness();
		instrumentation = new SampleInstrumentation();
		follow();
		const seen = first.spans().length;
		await first.shutdown();
		harness = createTelemetryHarness();
		follow();
		expect([seen, harness.spans().length, (await harness.metrics()).length, harness.events().length]).toEqual([
			1, 1, 1, 1,
		]);
	});

	it('ones given to the instrumentation explicitly are used', async () => {
		harness = createTelemetryHarness();
		instrumentation = new SampleInstrumentation();
		const names: string[] = [];
		const provider = logs.getLoggerProvider();
		instrumentation.setLoggerProvider({
			getLogger(name, version) {
				names.push(`${name} ${version}`);
				return provider.getLogger(name, version);
			},
		});
		openTelemetry().reset();
		follow();
		expect([names, harness.events().length]).toEqual([['@pipeline/instrumentation-sample 1.2.3'], 1]);
	});

	it('an event of a module that nobody speaks for goes to whoever there is', () => {
		harness = createTelemetryHarness();
		const backend = new OpenTelemetryBackend();
		const emitted: string[] = [];
		const restore = backend.install();
		telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
		backend.addScope(999, { name: 'somebody', version: '1' }, () => ({
			emit: ({ eventName }) => emitted.push(eventName),
		}));
		telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
		restore();
		expect(emitted).toEqual(['pipeline.alpha.config.log.changed']);
	});
});

describe('registerInstrumentation', () => {
	it('follows a module that the application imports afterwards', () => {
		const sources = new URL('../../src/instrumentation/index.ts', import.meta.url).href;
		const program = `
			import { registerInstrumentation, PipelineInstrumentation } from ${JSON.stringify(sources)};
			class Valibot extends PipelineInstrumentation {
				constructor() {
					super({ scope: { name: 'v', version: '1' }, base: 1,
						defaultBinding: { module: 'valibot', supportedVersions: ['*'] },
						patches: () => [{ target: { export: 'ValiError', method: 'toString' }, sees: 'texts', wrap: (original) => () => 'followed' }] });
				}
			}
			registerInstrumentation(new Valibot());
			const { ValiError } = await import('valibot');
			console.log(String(new ValiError([{ message: 'x' }])));
		`;
		const { stdout, stderr } = spawnSync(
			process.execPath,
			['--conditions=@pipeline/source', '--input-type=module', '-e', program],
			{
				cwd: new URL('../..', import.meta.url),
				encoding: 'utf8',
			},
		);
		expect({ stdout, stderr: stderr.replace(/^.*(?:Warning|trace-).*\n/gm, '') }).toEqual({
			stdout: 'followed\n',
			stderr: '',
		});
	});
});
