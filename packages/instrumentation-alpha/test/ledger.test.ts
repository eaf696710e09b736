import { type AlphaModule, RecordParser, ReferenceLookup, type RuleConfig } from '@pipeline/alpha';
import { type RawRecord, systemRuntime } from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import { alphaEntries } from '@pipeline/telemetry-core/registry';
import { EmissionLedger, type NotYet } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { failingSource, fileModule, followAlpha, moduleOf, type Setup, TestSender } from './scenario.ts';

const NOT_YET: NotYet = {
	'the reference sources are files: no pool, no credentials, no times of their own, no rate limits': [
		'event pipeline.alpha.connection.audit.credential_accessed',
		'metric pipeline.alpha.adapter.histogram.source_lag_seconds',
		'metric pipeline.alpha.connection.counter.idle_closed_total',
		'metric pipeline.alpha.connection.gauge.idle_timeout_seconds',
		'metric pipeline.alpha.connection.gauge.pool_idle',
		'metric pipeline.alpha.connection.gauge.pool_in_use',
		'metric pipeline.alpha.connection.gauge.pool_size',
		'span alpha.adapter.fetch: event rate_limit.wait',
	],
	'the reference parser has no workers and reads no XML': [
		'event pipeline.alpha.parser.log.parse_003_invalid_xml',
		'metric pipeline.alpha.parser.gauge.worker_utilization',
	],
	'the reference module takes its configuration once': ['event pipeline.alpha.config.log.changed'],
	'the integration layer tries a transfer again, and tells it': ['span alpha.handoff.send: event handoff.retry'],
	'the round that filled the buffer tells it, not each record': [
		'span alpha.buffer.wait: event backpressure.activated',
	],
	'for codes that a table has yet to learn; every failure of a buffer or resource has its own': [
		'event pipeline.alpha.buffer.log.buf_999_unknown',
		'event pipeline.alpha.resource.log.res_999_unknown',
	],
};

const RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['name'] },
	{ id: 'VR02', fieldTypes: { typed: 'INTEGER' }, strictMode: true },
	{ id: 'VR03', fieldConstraints: { short: { maxLength: 2 } } },
	{ id: 'VR04', fieldConstraints: { age: { max: 150 } }, severity: 'WARNING' },
	{ id: 'VR05', fieldPatterns: { pattern: '[a-z]+' } },
	{ id: 'VR06', fieldEnums: { kind: ['a'] }, severity: 'CRITICAL' },
	{ id: 'VR07', fieldConstraints: { at: { max: '2020-01-01T00:00:00Z' } } },
	{ id: 'VR08', consistencyRules: [{ left: 'from', operator: 'LT', right: 'to' }] },
	{ id: 'VR09', uniqueFields: [['unique']] },
	{ id: 'VR10', references: { reference: { lookupSource: 'countries' } } },
	{ id: 'VR11', fieldPolicies: { nothing: 'REJECT' } },
	{ id: 'VR12', checksumField: 'checksum', checksumScope: ['name'] },
];

const LINES = [
	'{"typed":"x"}',
	'{"name":"x","typed":"no","short":"long","pattern":"1","kind":"b","nothing":null}',
	'{"name":"x","at":"2030-01-01T00:00:00Z","from":2,"to":1,"reference":"nowhere","checksum":"00"}',
	'{"name":"x","kind":"a","unique":1}',
	'{"name":"x","kind":"a","unique":1,"age":500}',
	'{"name":"x","kind":"a","name":"y"}',
	'{"a":}',
	'{"a"',
	'[1]',
	`{"name":"${'x'.repeat(2_000)}"}`,
];

async function toItsEnd(module: AlphaModule): Promise<void> {
	await module.start();
	await module.finished();
}

describe('what the registry promises of Alpha', () => {
	const ledger = new EmissionLedger(alphaEntries);

	/** Runs a scenario on the followed module and counts what it exported, gauges included. */
	async function scenario(module: () => AlphaModule, play: (module: AlphaModule) => Promise<void> = toItsEnd) {
		const { exported, stop } = followAlpha();
		const running = module();
		try {
			await play(running);
		} finally {
			ledger.add(await exported());
			await running.stop().catch(() => undefined);
			ledger.add(await exported());
			await stop();
		}
	}
	const onLines = (lines: readonly string[], setup: Setup = {}) => scenario(() => moduleOf(lines, setup));

	it('is emitted by the reference module, but for what has a reason', { timeout: 30_000 }, async () => {
		const lookup = new ReferenceLookup({ countries: ['here'] });
		await onLines(LINES, { rules: RULES, lookup });
		await onLines(['{"kind":"b"}'], {
			rules: [{ id: 'VR06', fieldEnums: { kind: ['a'] }, severity: 'WARNING', weight: 9 }],
			config: { qualityQuarantineThreshold: 0.9 },
		});
		await scenario(() => fileModule('input.csv', 'a,b\n1,2,3\n'));
		await scenario(() => fileModule('input.ndjson', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a])));
		await scenario(() => moduleOf(['{}'], { clock: slowClock(), rules: RULES, lookup }));
		await scenario(() => moduleOf([]), split);
		await scenario(() => moduleOf([]), breakDown);
		await scenario(() => moduleOf(['{"name":"x"}', '{'], { sender: new TestSender(() => 'REJECTED') }), queueWork);
		await scenario(lateRefusal.module, lateRefusal.play);
		for (const code of [
			...['ECONNREFUSED', 'ENOTFOUND', 'EPROTO', 'EACCES', 'CONN_005_POOL_EXHAUSTED', 'ETIMEDOUT', 'ENOENT'],
			...['CONN_999_UNKNOWN', 'EMFILE', 'ERR_WORKER_INIT_FAILED', 'ENOSPC', 'ENOBUFS'],
		])
			await scenario(
				() => moduleOf([], { source: failingSource(code), config: { maxRetryCount: 0 } }),
				(module) => module.start().catch(() => undefined),
			);
		await onLines(['{}'], { source: failingSource('ECONNRESET', 3), config: QUICK });
		await onLines(['{}'], { config: { memoryLimitBytes: 1_048_576 } });
		await onLines(
			Array.from({ length: 300 }, () => '{}'),
			{ sender: slowSender(), config: { bufferCapacity: 100, defaultBatchSize: 200 } },
		);
		expect(ledger.balance(NOT_YET)).toEqual({ missing: [], needless: [] });
	});
});

const QUICK = {
	connectionRetryInitialDelayMs: 1,
	connectionRetryMaxDelayMs: 20,
	circuitBreakerFailureThreshold: 2,
	circuitBreakerResetTimeoutMs: 1,
	maxRetryCount: 20,
};

const slowSender = () => new TestSender(() => new Promise((resolve) => setTimeout(() => resolve('RECEIVED'), 5)));

/** Every look at the clock is a minute later. */
function slowClock(): NonNullable<Setup['clock']> {
	let now = Date.now();
	const later = () => {
		now += 60_000;
		return now;
	};
	return { now: later, elapsedMs: (since) => later() - since };
}

async function rawOf(text: string): Promise<RawRecord> {
	const module = moduleOf([text]);
	await module.source.connect();
	const [raw] = await module.source.fetch(1);
	await module.source.disconnect();
	return raw as RawRecord;
}

async function split(module: AlphaModule): Promise<void> {
	await toItsEnd(module);
	const options = { runtime: systemRuntime(), maxRecordSizeBytes: 1_024, encodingFallback: 'UTF-8' };
	const parser = new RecordParser({ ...options, splitsArrays: true });
	const { records } = parser.parse(await rawOf('[{"n":1},{"n":2}]'));
	const { errorQueue } = module;
	const failure = { queue: 'VALIDATION', errorCode: 'VAL_004_RANGE', errorMessage: '', retentionHours: 1 } as const;
	for (const item of records) errorQueue.enqueue(errorQueue.entryOf({ ...failure, item, recordId: item.recordId }));
}

/** Where the parser and the rules break down, which they never should. */
async function breakDown(module: AlphaModule): Promise<void> {
	await toItsEnd(module);
	const raw = await rawOf('{}');
	module.parser.parse({ ...raw, sourceMetadata: undefined as never });
	const [parsed] = module.parser.parse(raw).records;
	const broken = {
		...parsed,
		get fields(): never {
			throw new Error('s3cret');
		},
	};
	expect(() => module.validation.validate(broken as never)).toThrow('s3cret');
}

async function queueWork(module: AlphaModule): Promise<void> {
	await toItsEnd(module);
	const [first, second] = module.errorQueue.list();
	module.errorQueue.correct(second?.entryId ?? '', { item: second?.item }, 'ann', 'typing error');
	await module.replay(first?.entryId ?? '', 'ann', 'again');
	module.errorQueue.expire(Number.MAX_SAFE_INTEGER);
}

const lateRefusal = (() => {
	const sender = new TestSender(({ records }) => {
		const { tracer } = telemetry;
		for (const record of records) tracer.inject(tracer.journalOf(record), tracer.stageOf(record), {});
		return 'RECEIVED';
	});
	return {
		module: () => moduleOf(['{"name":"x"}'], { sender }),
		async play(module: AlphaModule) {
			await toItsEnd(module);
			for (const { batchId, records } of sender.batches) {
				for (const record of records) telemetry.tracer.park(telemetry.tracer.journalOf(record), batchId);
				sender.end(batchId, 'REJECTED');
			}
		},
	};
})();
