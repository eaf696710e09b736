import { describe, expect, it } from 'vitest';
import {
	batchOf,
	destination,
	movableRuntime,
	REJECTED,
	recordOf,
	SUCCESS,
	startModule,
	waitUntil,
} from './support/delivery.ts';
import { named, useTelemetry } from './support/telemetry.ts';

const telemetry = useTelemetry();

describe('audit entries of a delivery', () => {
	/** One record to three destinations: one takes it, one refuses it, one never confirms. */
	async function deliver() {
		const runtime = movableRuntime();
		const late = { registration: { ackType: 'ASYNC', ackTimeoutAction: 'MANUAL_REVIEW' } } as const;
		const module = await startModule(
			[destination('good'), destination('bad', () => REJECTED), destination('silent', () => SUCCESS, late)],
			{ runtime, config: { ackWaitTimeoutMs: 1_000 } },
		);
		module.accept(batchOf('b1', recordOf('r1')));
		await waitUntil(() => module.pendingAcks === 1);
		runtime.moveOn(1_000);
		const { spans, events } = await telemetry.stop(module);
		const entries = events.filter(({ name }) => name.includes('.audit.'));
		const entriesOf = (name: string) =>
			entries.filter((event) => event.name.endsWith(`.audit.${name}`)).map(({ attributes }) => attributes);
		return { spans, entriesOf };
	}

	it('name each attempt with destination, time, outcome and number', async () => {
		const { spans, entriesOf } = await deliver();
		const attempted = entriesOf('delivery_attempted');
		expect(attempted).toHaveLength(named(spans, 'gamma.delivery.attempt').length);
		expect(
			attempted
				.map((entry) => [entry['pipeline.destination_id'], entry['pipeline.status'], entry['audit.outcome']])
				.sort(),
		).toEqual([
			['bad', 'FAILED', 'FAILURE'],
			['good', 'SUCCESS', 'SUCCESS'],
			['silent', 'SUCCESS', 'SUCCESS'],
		]);
		for (const entry of attempted) {
			expect(entry).toMatchObject({
				'pipeline.attempt_number': '1',
				'pipeline.attempt_timestamp': expect.stringMatching(/Z$/),
				'pipeline.record_id': 'r1',
				'pipeline.correlation_id': 'b1',
				'pipeline.content_checksum': expect.stringMatching(/^[0-9a-f]{64}$/),
			});
		}
	});

	it('keep the confirmation of a success and its time', async () => {
		const { entriesOf } = await deliver();
		expect(entriesOf('delivery_confirmed')).toMatchObject([
			{
				'pipeline.destination_id': 'good',
				'pipeline.acknowledgment_id': expect.stringMatching(/./),
				'pipeline.acknowledgment_timestamp': expect.stringMatching(/Z$/),
				'audit.outcome': 'SUCCESS',
			},
		]);
	});

	it('tell why a delivery failed, whether it may be tried again, and what became of the record', async () => {
		const { entriesOf } = await deliver();
		const failed = entriesOf('delivery_failed');
		expect(failed.find((entry) => entry['pipeline.destination_id'] === 'bad')).toMatchObject({
			'pipeline.failure_reason': 'DELIV_002_REJECTED',
			'pipeline.retry_eligible': 'false',
			'pipeline.disposition': 'DLQ',
			'audit.outcome': 'FAILURE',
		});
		expect(failed).toHaveLength(2);
	});

	it('tell of a dead letter with its reason and every attempt', async () => {
		const { spans, entriesOf } = await deliver();
		const [refused] = named(spans, 'gamma.delivery.attempt').filter(({ status }) => status === 'ERROR');
		expect(entriesOf('entry_created').filter((entry) => entry['audit.resource_type'] === 'DLQ_ENTRY')).toMatchObject([
			{
				'pipeline.destination_id': 'bad',
				'pipeline.entry_id': expect.stringMatching(/./),
				'pipeline.failure_reason': 'DELIV_002_REJECTED',
				'pipeline.attempt_count': '1',
				'pipeline.attempt_ids': refused?.attributes['pipeline.attempt_id'],
			},
		]);
	});

	it('tell of a missing confirmation with the action taken and its result', async () => {
		const { entriesOf } = await deliver();
		expect(entriesOf('ack_timed_out')).toMatchObject([
			{
				'pipeline.destination_id': 'silent',
				'pipeline.action': 'MANUAL_REVIEW',
				'pipeline.disposition': 'MANUAL_REVIEW',
				'audit.outcome': 'FAILURE',
			},
		]);
	});

	it('tell of each destination with the highest classification that it may get', async () => {
		const { entriesOf } = await deliver();
		expect(
			entriesOf('destination_registered').map((entry) => [
				entry['pipeline.destination_id'],
				entry['pipeline.max_classification'],
			]),
		).toEqual([
			['good', 'CONFIDENTIAL'],
			['bad', 'CONFIDENTIAL'],
			['silent', 'CONFIDENTIAL'],
		]);
	});
});
