import * as beta from '@pipeline/beta';
import {
	type AcknowledgmentPayload,
	type BatchSender,
	type BetaGammaBatch,
	binaryValue,
	type EnrichmentSource,
	systemRuntime,
	type ValidatedRecord,
} from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import { betaEntries } from '@pipeline/telemetry-core/registry';
import { createTelemetryHarness, EmissionLedger, type NotYet } from '@pipeline/telemetry-testing';
import { describe, expect, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';
import {
	accepting,
	enriching,
	fieldsOf,
	moduleOf,
	profileOf,
	recordOf,
	requiringName,
	type Setup,
	sourceOf,
	transferOf,
} from './fixtures.ts';

const NOT_YET: NotYet = {
	'the reference module refuses such a profile before it runs': [
		'event pipeline.beta.mapping.log.map_003_invalid_config',
		'event pipeline.beta.mapping.log.map_004_circular_reference',
		'event pipeline.beta.mapping.log.map_005_unknown_schema',
	],
	'the reference module takes its configuration once': ['event pipeline.beta.config.log.changed'],
	'its rules give the same result again; functions that do not are followed in signals.test.ts': [
		'event pipeline.beta.transform.audit.idempotency_violation',
	],
	'the integration layer tries a transfer again, and tells it': ['span beta.handoff.send: event handoff.retry'],
	'told by each lookup; an enrichment may have several': [
		'span beta.enrichment.enrich: event circuit.rejected',
		'span beta.enrichment.enrich: event fallback.applied',
	],
	'told on the stage of the record that was merged': ['span beta.mapping.map: event record.merged'],
	'for codes that a table has yet to learn, and for a module that breaks down': [
		'event pipeline.beta.mapping.log.map_999_unknown',
		'event pipeline.beta.quality.log.qual_999_unknown',
		'event pipeline.beta.resource.log.res_999_unknown',
		'event pipeline.beta.transform.log.trx_999_unknown',
	],
};
const OPERATOR = { operator: 'ann', justification: 'fixed' };

type Rule = NonNullable<Parameters<typeof profileOf>[0]>['rules'];
type Play = (module: beta.BetaModule) => Promise<void>;

describe('what the registry promises of Beta', () => {
	const ledger = new EmissionLedger(betaEntries);

	/** Runs a scenario on the followed module and counts what it exported, gauges included. */
	async function scenario(records: readonly ValidatedRecord[], setup: Setup = {}, play: Play = async () => {}) {
		const harness = createTelemetryHarness();
		const instrumentation = new BetaInstrumentation();
		instrumentation.instrument(beta);
		const exported = async () => ({
			spans: harness.spans(),
			events: harness.events(),
			metrics: await harness.metrics(),
		});
		const module = moduleOf(setup);
		try {
			module.start();
			const { processed } = await module.accept(transferOf(records));
			await processed;
			await play(module);
			ledger.add(await exported());
			await module.stop();
			ledger.add(await exported());
		} finally {
			instrumentation.disable();
			await harness.shutdown();
		}
	}

	const rules = (record: ValidatedRecord, ...of: NonNullable<Rule>) =>
		scenario([record], { profile: profileOf({ rules: of }) });

	const asking = (source: EnrichmentSource, fallback: Parameters<typeof enriching>[0], more: Setup = {}) =>
		scenario([recordOf({ key: 'k' }), recordOf({ key: 'k' })], {
			profile: profileOf({ rules: [enriching(fallback)] }),
			sources: [source],
			...more,
			config: { transformParallelism: 1, enrichmentMaxRetries: 0, ...more.config },
		});

	it('is emitted by the reference module, but for what has a reason', { timeout: 30_000 }, async () => {
		await mapping();
		await transformation();
		await enrichment();
		await qualityAndConfig();
		await errorQueues();
		expect(ledger.balance(NOT_YET)).toEqual({ missing: [], needless: [] });
	});

	async function mapping() {
		const defaults = { mappings: [{ kind: 'DEFAULT' as const, target: 'd', value: 'x' }] };
		await scenario([recordOf({ n: 1 })], { profile: profileOf(defaults) });
		const typed = { mappings: [{ kind: 'DIRECT' as const, target: 'n', source: 'n', type: 'BOOLEAN' as const }] };
		await scenario([recordOf({ n: 'x' })], { profile: profileOf(typed) });
		await scenario([recordOf({ k: 1, a: 1 }), recordOf({ k: 1, b: 2 })], {
			profile: profileOf({}, { merge: { keyFields: ['k'] } }),
		});
		await scenario([recordOf({ items: ['a', 'b'] })], { profile: profileOf({}, { split: { arrayField: 'items' } }) });
		await scenario(
			Array.from({ length: 80 }, () => recordOf({ n: 1 })),
			{
				config: { transformQueueCapacity: 100, transformParallelism: 1 },
			},
		);
	}

	async function transformation() {
		const round = { type: 'TR07' as const, config: { numericRules: { t: { decimalPlaces: 0 } } } };
		await rules(recordOf({ t: 'x' }), round);
		await rules(recordOf({ t: 'x' }), { ...round, onError: { policy: 'NULL' as const } });
		await rules(recordOf({ t: '99999999999999999999' }), {
			type: 'TR02',
			config: { typeConversions: { t: { targetType: 'INTEGER' } } },
		});
		await rules(recordOf({ t: 'x' }), {
			type: 'TR05',
			config: { extractions: [{ source: 't', target: 'u', pattern: '(y)' }] },
		});
		await rules(recordOf({ t: 'x' }), { type: 'TR08', config: { dateFormats: { t: { inputFormats: ['yyyy'] } } } });
		await rules(recordOf({ t: 'x' }), {
			type: 'TR10',
			config: { lookups: [{ keyField: 't', valueField: 'v', inline: { a: 'b' } }] },
		});
		const bytes = recordOf({}, { fields: { t: binaryValue(new Uint8Array([0xff, 0xfe])) } });
		await rules(bytes, { type: 'TR02', config: { typeConversions: { t: { targetType: 'STRING' } } } });
		await rules(recordOf({ t: 1 }), { type: 'TR03', config: { fieldCases: { t: 'UPPER' } } });
		const personal = recordOf({ personal: 'x' }, { personalFields: ['personal'] });
		await rules(personal, { type: 'TR03', config: { fieldCases: { personal: 'UPPER' } } });
		await scenario([recordOf({ a: 'x' })], {
			profile: profileOf({ rules: [{ type: 'TR03', config: { fieldCases: { a: 'UPPER' } } }] }),
			clock: { elapsedMs: () => 30_000 },
		});
	}

	async function enrichment() {
		const failing = (code: ConstructorParameters<typeof beta.SourceError>[0]) =>
			sourceOf(() => Promise.reject(new beta.SourceError(code, 'PERMANENT', 's3cret')));
		await asking(
			sourceOf(async () => fieldsOf({ v: 1 })),
			'SKIP',
		);
		await asking(
			sourceOf(async () => undefined),
			'FAIL',
		);
		for (const code of ['ENR_001_NETWORK', 'ENR_002_SOURCE_TIMEOUT', 'ENR_003_AUTH', 'ENR_004_RATE_LIMITED'] as const)
			await asking(failing(code), 'FAIL');
		await asking(failing('ENR_005_MALFORMED_RESPONSE'), 'DEFAULT');
		await asking(
			sourceOf(() => Promise.reject(new Error('s3cret'))),
			'FAIL',
		);
		let calls = 0;
		const flaky = sourceOf(() =>
			++calls < 3
				? Promise.reject(new beta.SourceError('ENR_001_NETWORK', 'TRANSIENT', 'no route'))
				: Promise.resolve(fieldsOf({ v: 1 })),
		);
		await asking(flaky, 'SKIP', { config: { enrichmentMaxRetries: 3, enrichmentRetryInitialDelayMs: 0 } });
		const gone = sourceOf(() => Promise.reject(new beta.SourceError('ENR_001_NETWORK', 'TRANSIENT', 'gone')));
		for (const enrichmentCircuitTimeoutMs of [30_000, 1]) {
			await scenario(
				Array.from({ length: 24 }, (_, at) => recordOf({ key: `k${at}` })),
				{
					profile: profileOf({ rules: [enriching('SKIP')] }),
					sources: [gone],
					config: {
						...{ transformParallelism: 1, enrichmentMaxRetries: 0, enrichmentCircuitTimeoutMs },
						escalationThresholds: [0.97, 0.98, 0.99, 1],
					},
				},
				async (module) => {
					const [circuit] = module.enrichmentClient.circuits;
					circuit?.isolate();
					circuit?.release();
				},
			);
		}
		for (const code of ['ENOMEM', 'EMFILE', 'ERR_WORKER_INIT_FAILED', 'ENOSPC', 'ENOBUFS'])
			await asking(exhausted(code), 'SKIP');
	}

	async function qualityAndConfig() {
		const twoFields = profileOf({ fields: { a: { type: 'STRING' }, b: { type: 'STRING' } } });
		await scenario([recordOf({ a: 'x' })], { profile: twoFields, config: { qualityThresholdWarn: 0.9 } });
		await scenario([recordOf({ a: 'x' })], {
			profile: twoFields,
			config: { qualityThresholdWarn: 1, qualityThresholdError: 0.95, filterLowQuality: true },
		});
		await scenario([recordOf({ when: 'never' })], { profile: profileOf({ timelinessField: 'when' }) });
		await scenario([recordOf({ n: 1 })], { profile: twoFields }, async (module) => {
			module.putProfile(profileOf({ fields: {} }, { version: 2 }));
		});
	}

	async function errorQueues() {
		const setup = { profile: profileOf(requiringName) };
		await scenario([recordOf({ n: 1 }), recordOf({ n: 2 })], setup, async (module) => {
			const [first] = module.errorQueues.MAPPING.list();
			module.errorQueues.MAPPING.correct(first?.entryId ?? '', { fields: fieldsOf({ name: 'x' }) }, 'ann', 'typo');
			module.replay('MAPPING', first?.entryId ?? '', OPERATOR);
			module.errorQueues.MAPPING.expire(Number.POSITIVE_INFINITY);
		});
		const good = Array.from({ length: 50 }, () => recordOf({ name: 'x' }));
		const bad = Array.from({ length: 15 }, () => recordOf({ n: 1 }));
		await scenario([...good, ...bad], setup);
		const late = refusing();
		await scenario([recordOf({ n: 1 })], { sender: late.sender }, async () => late.refuse());
	}
});

function exhausted(code: string): EnrichmentSource {
	return new beta.HttpSource({
		sourceId: 'reference',
		urlTemplate: 'http://127.0.0.1/{key}',
		runtime: systemRuntime(),
		fetch: async () => {
			throw new TypeError('fetch failed', { cause: Object.assign(new Error('s3cret'), { code }) });
		},
	});
}

/** Takes a batch, lets its records leave the process, and refuses it. */
function refusing() {
	let end: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;
	const batches: BetaGammaBatch[] = [];
	const accepts = accepting(batches);
	const sender: BatchSender<BetaGammaBatch> = {
		send(batch) {
			const { tracer } = telemetry;
			for (const record of batch.records) tracer.inject(tracer.journalOf(record), tracer.stageOf(record), {});
			return accepts.send(batch);
		},
		onProcessed(listener) {
			end = listener;
		},
	};
	const refuse = () => {
		for (const { batchId, records } of batches) {
			for (const record of records) telemetry.tracer.park(telemetry.tracer.journalOf(record), batchId);
			end({ batchId, status: 'REJECTED', recordsAccepted: 0, recordsRejected: 1, processingDurationMs: 0 });
		}
	};
	return { sender, refuse };
}
