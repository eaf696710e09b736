import { spawnSync } from 'node:child_process';
import { trace } from '@opentelemetry/api';
import { ENTRY_STAGE, type MetricAttributes, type Metrics, noopMetrics, telemetry } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/alpha';
import { recordCall } from '@pipeline/telemetry-core/instrumentation';
import { createTelemetryHarness, item, type TelemetryHarness } from '@pipeline/telemetry-testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { telemetryMixin } from '../../src/logs/correlation.ts';
import { createModuleLogs, type ModuleLogsOptions } from '../../src/logs/module-logs.ts';
import { createRedaction } from '../../src/redaction/index.ts';

type Line = Record<string, unknown>;

let harness: TelemetryHarness;
beforeEach(() => {
	harness = createTelemetryHarness();
});
afterEach(() => harness.shutdown());

async function logsOf(options: Partial<ModuleLogsOptions> = {}) {
	const texts: string[] = [];
	const logs = await createModuleLogs({
		level: 'DEBUG',
		perSecond: 0,
		metrics: noopMetrics,
		isExported: false,
		destination: { write: (text) => texts.push(text) },
		...options,
	});
	const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line);
	const last = (): Line => lines().at(-1) as Line;
	return { logs, texts, lines, last };
}

/** Metrics that remember what was added. */
function counting() {
	const counted: [metric: number, attributes: MetricAttributes][] = [];
	const metrics: Metrics = {
		...noopMetrics,
		bind: (metric, attributes) => ({ add: () => counted.push([metric, attributes]), record() {} }),
	};
	return { metrics, counted };
}

/** A record in Alpha's parser, and `work` inside the wrapped call about it. */
function insideRecord(work: (record: object) => void): { traceId: string; spanId: string; record: object } {
	const record = item({});
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], record);
	tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], 'r-1');
	let place = { traceId: '', spanId: '' };
	const wrap = recordCall({ span: span['alpha.parser.parse'] });
	const operation = { name: 'parse', isEnabled: true, isInstalled: true };
	const call = wrap((one: object) => {
		const { journal: here, stage } = tracer.current;
		const { traceId = '', spanId = '' } = tracer.inject(here, stage, {});
		place = { traceId, spanId };
		work(one);
	}, operation);
	call(record);
	return { ...place, record };
}

describe('a log line', () => {
	it('has its fields, and everything else flat beside them', async () => {
		const { logs, texts, last } = await logsOf();
		const log = logs.logger('BETA', 'enrichment', { batchId: 'b-1', correlationId: 'c-1' });
		log.warn(
			{ event: 'source_timeout', source: { id: 's1', after: 1_500 }, tags: ['a', 2], stale: true },
			'source %s is slow',
			's1',
		);
		const { timestamp, ...line } = last();
		expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
		expect(line).toEqual({
			level: 'WARN',
			module: 'BETA',
			component: 'enrichment',
			name: 'pipeline.beta.enrichment.log.source_timeout',
			message: 'source s1 is slow',
			correlation_id: 'c-1',
			batch_id: 'b-1',
			'source.id': 's1',
			'source.after': 1_500,
			tags: 'a,2',
			stale: true,
		});
		expect(texts[0]?.endsWith('}\n')).toBe(true);
	});

	it('names the record and the stage that it was written in', async () => {
		const { logs, last } = await logsOf();
		const log = logs.logger('ALPHA', 'parser', { batchId: 'b-1' });
		const { traceId, spanId, record } = insideRecord(() => log.info('parsing'));
		expect(last()).toMatchObject({ trace_id: traceId, span_id: spanId, trace_flags: '03', record_id: 'r-1' });
		expect(last()).toMatchObject({ batch_id: 'b-1', correlation_id: 'b-1', message: 'parsing' });
		// After an await only the item says which record it is.
		log.info({ record }, 'later');
		expect(last()).toMatchObject({ trace_id: traceId, record_id: 'r-1' });
		expect(last()).not.toHaveProperty('record');
		log.info('elsewhere');
		expect(last()).not.toHaveProperty('trace_id');
	});

	it('names the active span where there is no record', async () => {
		const { logs, last } = await logsOf();
		trace.getTracer('test').startActiveSpan('batch', (active) => {
			logs.logger('PHI', 'executor').info('running');
			active.end();
		});
		const { traceId, spanId } = harness.spans()[0] as { traceId: string; spanId: string };
		expect(last()).toMatchObject({ trace_id: traceId, span_id: spanId, trace_flags: '01', correlation_id: traceId });
	});

	it('shows type and place of an error, not its message', async () => {
		const { logs, last, texts } = await logsOf();
		const log = logs.logger('GAMMA', 'delivery');
		log.error(new RangeError('secret'));
		expect(last()).toMatchObject({ level: 'ERROR', message: 'RangeError', 'exception.type': 'RangeError' });
		log.fatal({ err: new TypeError('secret'), attempt: 2 }, 'gave up');
		expect(last()).toMatchObject({ level: 'CRITICAL', message: 'gave up', 'exception.type': 'TypeError', attempt: 2 });
		expect(last()['exception.stacktrace']).toMatch(/^TypeError\n {4}at /);
		expect(texts.join('')).not.toContain('secret');
	});

	it('shows no secret, under whatever key or in the message', async () => {
		const { logs, texts } = await logsOf();
		const log = logs.logger('GAMMA', 'connection');
		log.info({ password: 'hunter2', header: 'Bearer abcdefgh12345678', payload: 'x' }, 'mail to someone@example.com');
		for (const secret of ['hunter2', 'abcdefgh12345678', 'someone@example.com']) expect(texts[0]).not.toContain(secret);
	});

	it('shows ids that look like something else as other signals do', async () => {
		const redaction = createRedaction({ keys: [{ id: 'k1', secret: 'only for these tests' }], strict: true });
		const { logs, last } = await logsOf({ redaction });
		const [recordId, batchId] = ['867-822-9996', '653-258-5310'];
		const log = logs.logger('ALPHA', 'parser', { batchId });
		const [record_id, batch_id] = [redaction.id(recordId), redaction.id(batchId)];
		log.info({ record_id: recordId }, 'text');
		expect(last()).toMatchObject({ record_id, batch_id, correlation_id: batch_id });
		const record = item({});
		const { tracer } = telemetry;
		const journal = tracer.begin(span['alpha.record.ingest'], record);
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], recordId);
		log.info({ record }, 'text');
		expect(last()).toMatchObject({ record_id, batch_id });
	});

	it('has each field once, whatever a module adds', async () => {
		const { logs, texts, last } = await logsOf();
		const log = logs.logger('ALPHA', 'parser', { batchId: 'b-1' }).child({ worker: 3 });
		const forged = {
			level: 'forged',
			trace_id: 'f'.repeat(32),
			module: 'BETA',
			message: 'x',
			batch_id: 'b-2',
			worker: 4,
			time: 1,
		};
		log.info({ ...forged, 'Bad Key': 1, __proto__: { polluted: true } }, 'real');
		expect(last()).toMatchObject({
			level: 'INFO',
			module: 'ALPHA',
			message: 'real',
			batch_id: 'b-1',
			worker: 3,
			time: 1,
		});
		expect(last()).not.toHaveProperty('trace_id');
		for (const key of ['level', 'module', 'message', 'batch_id', 'worker', 'timestamp'])
			expect(texts[0]?.split(`"${key}":`)).toHaveLength(2);
	});

	it('is one valid line for anything that is logged', async () => {
		const { logs, lines } = await logsOf();
		const log = logs.logger('ALPHA', 'parser');
		const hostile: unknown[] = [
			{
				get broken() {
					throw new Error('no');
				},
				good: 1,
			},
			new Proxy(
				{},
				{
					ownKeys() {
						throw new Error('no');
					},
				},
			),
			Object.assign({}, { self: undefined as unknown }),
			{ date: new Date(Number.NaN), big: 10n, none: null, call() {}, method: 'GET', headers: 'h', socket: 's' },
			null,
			42,
			Symbol('x'),
		];
		(hostile[2] as { self: unknown }).self = hostile[2];
		for (const one of hostile) log.info(one as object, 'text');
		fc.assert(
			fc.property(fc.anything(), fc.string(), fc.anything(), (added, text, rest) => {
				log.info(added as object, text, rest);
			}),
			{ numRuns: 300 },
		);
		const all = lines();
		expect(all).toHaveLength(hostile.length + 300);
		for (const line of all) expect(line).toMatchObject({ level: 'INFO', module: 'ALPHA', component: 'parser' });
		expect(all[0]).toMatchObject({ good: 1, message: 'text' });
	});

	it('is bounded: 64 keys, 1,024 characters each', async () => {
		const { logs, last } = await logsOf();
		const log = logs.logger('ALPHA', 'parser');
		const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
		const added = () => Object.keys(last()).filter((key) => /^k\d+$/.test(key)).length;
		log.info(keys(64));
		expect(added()).toBe(64);
		log.info(keys(65));
		expect(added()).toBe(64);
		log.info({ text: 'x'.repeat(1_024) }, 'y'.repeat(1_025));
		expect([
			String(last()['text']).length,
			String(last()['message']).length,
			String(last()['message']).endsWith('y...'),
		]).toEqual([1_024, 1_024, true]);
		log.info({ text: 'x'.repeat(1_025) });
		expect(last()['text']).toBe(`${'x'.repeat(1_021)}...`);
	});
});

describe('levels', () => {
	it('are respected, and changed at run time for loggers that exist', async () => {
		const { logs, lines } = await logsOf({ level: 'INFO' });
		const root = logs.logger('ALPHA', 'parser');
		const child = root.child({ worker: 1 });
		for (const log of [root, child]) log.debug('unseen');
		logs.level = 'DEBUG';
		for (const log of [root, child]) log.debug('seen');
		logs.level = 'ERROR';
		for (const log of [root, child]) log.warn('unseen');
		child.fatal('seen');
		expect(lines().map(({ level, message }) => [level, message])).toEqual([
			['DEBUG', 'seen'],
			['DEBUG', 'seen'],
			['CRITICAL', 'seen'],
		]);
		expect(logs.level).toBe('ERROR');
	});

	it('are those of the registry, in any case; any other is refused and changes nothing', async () => {
		vi.useFakeTimers();
		try {
			const { logs, lines } = await logsOf({ level: 'INFO', perSecond: 1, now: () => 0 });
			const log = logs.logger('PHI', 'retry');
			for (const wrong of ['TRACE', '', undefined, null, 3, {}])
				expect(() => {
					logs.level = wrong as never;
				}).toThrow(/is none; allowed: DEBUG, INFO, WARN, ERROR, CRITICAL/);
			expect(logs.level).toBe('INFO');
			logs.level = 'warn' as never;
			expect(logs.level).toBe('WARN');
			logs.level = 'INFO';
			for (let at = 0; at < 5; at++) log.info('x');
			await vi.advanceTimersByTimeAsync(60_000);
			expect(lines().map(({ message }) => message)).toEqual(['x', 'x', '3 lines of PHI were left out']);
			logs.logger('ALPHA', 'parser').error('made later');
			expect(lines().at(-1)?.['message']).toBe('made later');
		} finally {
			vi.useRealTimers();
		}
	});

	it('and loggers are there for components that nobody listed', async () => {
		const { logs, last } = await logsOf();
		logs.logger('ALPHA', 'delivery', { batchId: 'b-1' }).info({ event: 'sent' }, 'text');
		expect(last()).toMatchObject({
			module: 'ALPHA',
			component: 'unlisted',
			name: 'pipeline.alpha.unlisted.log.sent',
			'log.component': 'ALPHA.delivery',
			batch_id: 'b-1',
		});
		logs.logger('OMEGA' as never, undefined as never).info('text');
		expect(last()).toMatchObject({ module: 'TELEMETRY', component: 'unlisted', 'log.component': 'OMEGA.undefined' });
	});
});

describe('the limit', () => {
	it('lets 200 lines of a module pass at once and 100 a second, every error, and counts the rest', async () => {
		const { metrics, counted } = counting();
		let nowMs = 0;
		const { logs, lines } = await logsOf({ perSecond: 100, metrics, now: () => nowMs });
		const [parser, buffer, other] = [
			logs.logger('ALPHA', 'parser'),
			logs.logger('ALPHA', 'buffer'),
			logs.logger('BETA', 'intake'),
		];
		for (let at = 0; at < 150; at++) {
			parser.info('x');
			buffer.warn('x');
		}
		expect(lines()).toHaveLength(200);
		expect(counted).toHaveLength(100);
		for (let at = 0; at < 50; at++) parser.error('x');
		other.info('x');
		expect(lines()).toHaveLength(251);
		nowMs += 1_000;
		for (let at = 0; at < 101; at++) parser.info('x');
		expect(lines()).toHaveLength(351);
		expect(new Set(counted.map(([, attributes]) => attributes['pipeline.origin_module']))).toEqual(new Set(['ALPHA']));
		logs.flush();
		expect(lines().at(-1)).toMatchObject({
			level: 'WARN',
			name: 'pipeline.telemetry.logs.log.rate_limited',
			'pipeline.origin_module': 'ALPHA',
			'pipeline.count': 101,
		});
	});

	it('is summarised a minute after the first line that was left out, once', async () => {
		vi.useFakeTimers();
		try {
			const { logs, lines } = await logsOf({ perSecond: 1, now: () => 0 });
			const log = logs.logger('PHI', 'retry');
			for (let at = 0; at < 5; at++) log.info('x');
			await vi.advanceTimersByTimeAsync(59_999);
			expect(lines()).toHaveLength(2);
			await vi.advanceTimersByTimeAsync(1);
			expect(lines().at(-1)?.['message']).toBe('3 lines of PHI were left out');
			await vi.advanceTimersByTimeAsync(120_000);
			expect(lines()).toHaveLength(3);
		} finally {
			vi.useRealTimers();
		}
	});
});

describe('where lines go', () => {
	it('is also the logs API: the same line, natively', async () => {
		const { logs, last } = await logsOf({ isExported: true });
		const log = logs.logger('ALPHA', 'parser', { batchId: 'b-1' });
		const { traceId, spanId } = insideRecord(() => log.fatal({ event: 'lost', size: 7 }, 'lost'));
		expect(harness.events()).toMatchObject([
			{
				name: 'pipeline.alpha.parser.log.lost',
				severity: 'FATAL',
				traceId,
				spanId,
				attributes: {
					'pipeline.event.type': 'LOG',
					'pipeline.event.module': 'ALPHA',
					'pipeline.event.component': 'parser',
					'pipeline.record_id': 'r-1',
					'pipeline.batch_id': 'b-1',
					'pipeline.correlation_id': 'b-1',
					size: 7,
				},
			},
		]);
		expect(last()['message']).toBe('lost');
	});

	it('may break: the module does not notice, and the loss is counted', async () => {
		const { metrics, counted } = counting();
		const { logs } = await logsOf({
			metrics,
			destination: {
				write() {
					throw new Error('disk full');
				},
			},
		});
		logs.logger('ALPHA', 'parser').info('x');
		expect(counted.map(([, attributes]) => attributes)).toEqual([
			{ 'pipeline.signal': 'LOGS', 'pipeline.reason': 'EXPORT_FAILED' },
		]);
	});

	it('is standard output by default, complete when the process ends, and not before it is needed', () => {
		const program = `
			import * as sdk from '@pipeline/telemetry-sdk';
			import { createRequire } from 'node:module';
			const isLoaded = () => process.moduleLoadList.length > 0 && Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('/pino/'));
			process.stderr.write(String(isLoaded()));
			const provider = new sdk.TelemetryProvider({ profile: 'dev' });
			await provider.start();
			process.stderr.write(String(isLoaded()));
			const logs = await provider.logs();
			process.stderr.write(String(isLoaded()));
			for (let at = 0; at < 1000; at++) logs.logger('ALPHA', 'parser').info({ at }, 'line');
			process.exit(0);
		`;
		const { stdout, stderr } = spawnSync(
			process.execPath,
			['--conditions=@pipeline/source', '--input-type=module', '-e', program],
			{ cwd: new URL('../..', import.meta.url), encoding: 'utf8', env: { PATH: process.env['PATH'] } },
		);
		expect(stderr).toBe('falsefalsetrue');
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Line);
		expect([lines.length, lines.at(-1)?.['at']]).toEqual([1_000, 999]);
	});
});

describe("a team's own pino", () => {
	it('gets the ids by the mixin, and goes on where there are none', () => {
		const texts: string[] = [];
		const log = pino({ mixin: telemetryMixin }, { write: (text: string) => texts.push(text) });
		const { traceId, spanId, record } = insideRecord(() => log.info('inside'));
		log.info({ record }, 'with its item');
		log.info('outside');
		const [inside, withItem, outside] = texts.map((text) => JSON.parse(text) as Line);
		expect(inside).toMatchObject({ trace_id: traceId, span_id: spanId, trace_flags: '03', record_id: 'r-1' });
		expect(withItem).toMatchObject({ trace_id: traceId, record_id: 'r-1' });
		expect(outside).not.toHaveProperty('trace_id');
	});
});
