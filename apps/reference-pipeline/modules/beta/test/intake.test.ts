import { seededRuntime, type ValidatedRecord } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import {
	type BackPressureChange,
	type BetaConfig,
	BetaIntake,
	betaConfig,
	ProfileRegistry,
	RecordCombiner,
	RecordMerger,
	RecordSplitter,
} from '../src/index.ts';
import { batchIdOf, emitter, fieldsOf, profileOf, record, transferOf } from './support.ts';

const runtime = seededRuntime(1, 'test');

function setUp(config: Partial<BetaConfig> = {}, profile = profileOf({})) {
	const { events, seen, watch } = emitter();
	watch('batchReceived');
	const signals: BackPressureChange[] = [];
	const full = betaConfig({ transformProfileDefault: 'test', transformQueueCapacity: 100, ...config });
	const profiles = new ProfileRegistry(full, events, runtime.timestamp);
	profiles.put(profile);
	const combiner = new RecordCombiner(new RecordMerger(runtime), new RecordSplitter(runtime), events);
	const onBackPressure = (change: BackPressureChange) => signals.push(change);
	const intake = new BetaIntake({ config: full, runtime, events, profiles, combiner, onBackPressure });
	const outcomes = () => seen.map(({ payload }) => (payload as { outcome: string }).outcome);
	return { intake, signals, outcomes, profiles, events };
}

const records = (count: number) => Array.from({ length: count }, (_, at) => record(fieldsOf({ at })));

function dequeueAll(intake: BetaIntake): ValidatedRecord[] {
	const taken: ValidatedRecord[] = [];
	for (let next = intake.dequeue(); next; next = intake.dequeue()) taken.push(next);
	return taken;
}

describe('BetaIntake', () => {
	it('acknowledges a batch and gives its records out in order', async () => {
		const { intake } = setUp();
		const given = records(3);
		const receipt = await intake.accept(transferOf(given, batchIdOf(1)));
		expect(receipt.acknowledgment).toEqual({
			batchId: batchIdOf(1),
			status: 'RECEIVED',
			recordsAccepted: 3,
			recordsRejected: 0,
			processingDurationMs: 0,
		});
		expect(dequeueAll(intake)).toEqual(given);
	});

	it('gives higher priorities out first', async () => {
		const { intake } = setUp();
		const [normal, high, critical, later] = records(4);
		await intake.accept(transferOf([normal!], batchIdOf(1)));
		await intake.accept(transferOf([high!], batchIdOf(2), { priority: 'HIGH' }));
		await intake.accept(transferOf([critical!], batchIdOf(3), { priority: 'CRITICAL' }));
		await intake.accept(transferOf([later!], batchIdOf(4), { priority: 'HIGH' }));
		expect(dequeueAll(intake)).toEqual([critical, high, later, normal]);
	});

	it.each([
		['CHECKSUM_MISMATCH', { checksum: '0'.repeat(64) }, {}],
		['COUNT_MISMATCH', { recordCount: 1 }, {}],
		['INVALID_METADATA', { batchId: 'x' }, {}],
		['INVALID_METADATA', { sequenceNumber: -1 }, {}],
		['INVALID_METADATA', { createdAt: 'today' }, {}],
		['UNKNOWN_PROFILE', {}, { transformationProfile: 'other' }],
	])('rejects: %s %o', async (outcome, metadata, more) => {
		const { intake, outcomes } = setUp();
		const transfer = transferOf(records(2), batchIdOf(1), more);
		const receipt = await intake.accept({ ...transfer, metadata: { ...transfer.metadata, ...metadata } });
		expect([receipt.outcome, receipt.acknowledgment.status, receipt.acknowledgment.recordsRejected]).toEqual([
			outcome,
			'REJECTED',
			2,
		]);
		expect([await receipt.processed, intake.depth, outcomes()]).toEqual([receipt.acknowledgment, 0, [outcome]]);
	});

	it('takes a batch that was rejected before', async () => {
		const { intake } = setUp();
		const transfer = transferOf(records(1), batchIdOf(1));
		await intake.accept({ ...transfer, metadata: { ...transfer.metadata, checksum: '' } });
		expect((await intake.accept(transfer)).outcome).toBe('ACCEPTED');
	});

	it('leaves the checksum to the transport when told so', async () => {
		const { intake } = setUp({ verifyTransferChecksum: false });
		const transfer = transferOf(records(1), batchIdOf(1));
		const receipt = await intake.accept({ ...transfer, metadata: { ...transfer.metadata, checksum: '' } });
		expect(receipt.outcome).toBe('ACCEPTED');
	});

	it('answers a batch that comes twice and queues it once', async () => {
		const { intake, outcomes } = setUp();
		const transfer = transferOf(records(2), batchIdOf(1));
		const [first, second] = await Promise.all([intake.accept(transfer), intake.accept(transfer)]);
		expect([second.outcome, second.acknowledgment, second.processed === first.processed]).toEqual([
			'DUPLICATE',
			first.acknowledgment,
			true,
		]);
		expect([intake.depth, outcomes()]).toEqual([2, ['ACCEPTED', 'DUPLICATE']]);
	});

	it('fills to its capacity, then lets batches wait in order', async () => {
		const { intake } = setUp();
		await intake.accept(transferOf(records(100), batchIdOf(1)));
		const taken: number[] = [];
		const second = intake.accept(transferOf(records(2), batchIdOf(2))).then(() => taken.push(2));
		const third = intake.accept(transferOf(records(1), batchIdOf(3))).then(() => taken.push(3));
		await new Promise(setImmediate);
		intake.dequeue();
		await new Promise(setImmediate);
		expect([intake.depth, intake.waitingBatches, taken]).toEqual([99, 2, []]);
		intake.dequeue();
		await second;
		expect([intake.depth, intake.waitingBatches]).toEqual([100, 1]);
		intake.dequeue();
		await third;
		expect([intake.depth, taken]).toEqual([100, [2, 3]]);
	});

	it('lets replays in beyond its capacity without making room for others', async () => {
		const { intake } = setUp();
		await intake.accept(transferOf(records(100), batchIdOf(1)));
		const [replayed] = records(1);
		const [known] = records(1);
		const full = intake.accept(transferOf([known!], batchIdOf(2)));
		intake.requeue(replayed!, { ...intake.unitOf(intake.dequeue()!)!, priority: 'CRITICAL' });
		await full;
		intake.requeue(replayed!, { ...intake.unitOf(replayed!)!, priority: 'CRITICAL' });
		const waiting = intake.accept(transferOf(records(1), batchIdOf(3)));
		await new Promise(setImmediate);
		intake.dequeue();
		await new Promise(setImmediate);
		expect([intake.depth, intake.waitingBatches]).toEqual([101, 1]);
		intake.dequeue();
		intake.dequeue();
		await waiting;
		expect([intake.depth, intake.waitingBatches]).toEqual([100, 0]);
	});

	it('rejects what could never fit', async () => {
		const { intake } = setUp();
		expect((await intake.accept(transferOf(records(101), batchIdOf(1)))).outcome).toBe('CAPACITY_EXCEEDED');
	});

	it('signals at the watermarks, once each way', async () => {
		const { intake, signals } = setUp();
		await intake.accept(transferOf(records(79), batchIdOf(1)));
		expect([signals.length, intake.isBackPressureActive]).toEqual([0, false]);
		await intake.accept(transferOf(records(2), batchIdOf(2)));
		const on = { signalType: 'ACTIVATE', currentQueueDepth: 80, queueCapacity: 100, recommendedDelayMs: 300 };
		expect(signals).toEqual([on]);
		for (let count = 0; count < 31; count += 1) intake.dequeue();
		expect(signals).toEqual([on]);
		intake.dequeue();
		expect(signals).toEqual([
			on,
			{ signalType: 'DEACTIVATE', currentQueueDepth: 49, queueCapacity: 100, recommendedDelayMs: 0 },
		]);
	});

	it('refuses batches after it is closed, also those that wait', async () => {
		const { intake } = setUp();
		await intake.accept(transferOf(records(100), batchIdOf(1)));
		const waiting = intake.accept(transferOf(records(1), batchIdOf(2)));
		const refused = expect(waiting).rejects.toMatchObject({ code: 'BETA_INTAKE_CLOSED' });
		await new Promise(setImmediate);
		intake.close();
		await refused;
		await expect(intake.accept(transferOf(records(1), batchIdOf(3)))).rejects.toMatchObject({
			code: 'BETA_INTAKE_CLOSED',
		});
		expect(dequeueAll(intake)).toHaveLength(100);
	});

	it('ends an empty batch at once', async () => {
		const { intake } = setUp();
		const receipt = await intake.accept(transferOf([], batchIdOf(1)));
		expect(await receipt.processed).toMatchObject({ status: 'PROCESSED', recordsAccepted: 0, recordsRejected: 0 });
	});
});

describe('merging', () => {
	const merging = (maxRecords = 10) => profileOf({}, { merge: { keyFields: ['k'], maxRecords, collect: ['n'] } });

	it('makes one record of those with equal keys', async () => {
		const { intake, events } = setUp({}, merging());
		const merged: unknown[] = [];
		events.on('recordsMerged', (event) => merged.push(event));
		const parts = [
			record(fieldsOf({ k: 'a', n: 1, x: null }), {
				classification: 'PUBLIC',
				personalFields: ['x'],
				qualityScore: 0.5,
				sourceId: 's',
			}),
			record(fieldsOf({ k: 'b', n: 2 })),
			record(fieldsOf({ k: 'a', n: 3, x: 9 }), {
				classification: 'RESTRICTED',
				personalFields: ['n'],
				validationTimestamp: '2026-02-01T00:00:00.000000Z',
			}),
		];
		await intake.accept(transferOf(parts, batchIdOf(1)));
		const [one, other] = dequeueAll(intake);
		expect(one).toMatchObject({
			fields: fieldsOf({ k: 'a', n: [1, 3], x: 9 }),
			parentIds: [parts[0]!.recordId, parts[2]!.recordId],
			classification: 'RESTRICTED',
			personalFields: ['x', 'n'],
			qualityScore: 0.5,
			sourceId: 's',
			validationTimestamp: '2026-02-01T00:00:00.000000Z',
		});
		expect([one?.recordId, one?.lineageId]).not.toContain(parts[0]!.recordId);
		expect([other, merged]).toEqual([parts[1], [{ record: one, parents: [parts[0], parts[2]] }]]);
	});

	it('merges no more than the limit', async () => {
		const { intake } = setUp({}, merging(2));
		await intake.accept(
			transferOf(
				Array.from({ length: 3 }, () => record(fieldsOf({ k: 'a' }))),
				batchIdOf(1),
			),
		);
		expect(dequeueAll(intake).map(({ parentIds }) => parentIds?.length)).toEqual([2, undefined]);
	});

	it('leaves records without a key alone', async () => {
		const { intake } = setUp({}, merging());
		await intake.accept(transferOf([record(fieldsOf({ k: null })), record(fieldsOf({ k: null }))], batchIdOf(1)));
		expect(intake.depth).toBe(2);
	});
});

describe('splitting', () => {
	it('makes one record per element', async () => {
		const { intake, events } = setUp({}, profileOf({}, { split: { arrayField: 'legs', itemTarget: 'leg' } }));
		const splits: unknown[] = [];
		events.on('recordSplit', (event) => splits.push(event));
		const parent = record(fieldsOf({ id: 1, legs: [{ id: 2, to: 'MAD' }, 'BCN'] }));
		const whole = record(fieldsOf({ legs: ['one'] }));
		await intake.accept(transferOf([parent, whole], batchIdOf(1)));
		const taken = dequeueAll(intake);
		expect(taken.map(({ fields }) => fields)).toEqual([
			fieldsOf({ id: 2, to: 'MAD' }),
			fieldsOf({ id: 1, leg: 'BCN' }),
			whole.fields,
		]);
		expect(taken.map(({ parentIds }) => parentIds)).toEqual([[parent.recordId], [parent.recordId], undefined]);
		expect(splits).toEqual([{ parent, records: taken.slice(0, 2) }]);
	});
});
