import assert from 'node:assert/strict';
import { withoutCarrier } from '@pipeline/telemetry-core';
import type { Scenario } from '../scenario.ts';
import { assertTraces, checkContract, checkLength } from './binding-checks.ts';
import { parcelIngest } from './bindings/parcel-ingest.ts';
import { follow } from './follow.ts';
import { createIngest, type Ingest, type Item } from './parcel-ingest/ingest.ts';

const LINES = ['1;10', '2;20', 'what?', '3;500', '4;40', '5;50', '6;60'];

/** No classes at all, lines of plain text, and receipts that come late and out of order, one of them bad. */
export const parcelIngestScenario: Scenario = {
	title: 'foreign: closures, text, late receipts out of order',
	async run(checks) {
		const plain = await drive(createIngest(2));
		const ingest = createIngest(2);
		const followed = await follow(parcelIngest, { ingest }, () => drive(ingest));
		await checkLength(checks, 'parcel-ingest.ts');
		await checks.check('results are deeply equal with and without telemetry', () => {
			assert.equal(followed.patched, 5);
			assert.equal(JSON.stringify(followed.result), JSON.stringify(plain));
			assert.deepEqual(withoutCarrier(followed.result), plain);
		});
		await checks.check('every record has one connected trace', () =>
			assertTraces(followed.records, {
				'alpha.record.ingest > alpha.parser.parse > alpha.validation.validate > alpha.handoff.send': 3,
				'alpha.record.ingest > alpha.parser.parse': 1,
				'alpha.record.ingest > alpha.parser.parse > alpha.validation.validate > alpha.error_queue.enqueue': 1,
				'alpha.record.ingest > alpha.parser.parse > alpha.validation.validate > alpha.handoff.send >> alpha.error_queue.enqueue': 2,
			}),
		);
		await checks.check('a hand-over ends with its own receipt, as good or bad as that says', () => {
			const sends = followed.records.filter(({ name }) => name === 'alpha.handoff.send');
			const ended = sends.map(({ attributes, status }) => `${attributes['pipeline.transfer_batch_id']} ${status}`);
			assert.deepEqual(ended, ['3 UNSET', '1 UNSET', '1 UNSET', '2 ERROR', '2 ERROR']);
		});
		await checkContract(checks, parcelIngest);
	},
};

async function drive(ingest: Ingest): Promise<object> {
	const items: Item[] = [];
	for (const line of LINES) {
		const { item, trouble } = ingest.unwrap(line);
		await Promise.resolve();
		if (item === undefined) {
			ingest.refuse({ about: { line }, why: trouble ?? '' });
			continue;
		}
		const check = ingest.inspect(item);
		if (check.grade === 'ok') items.push(check.item);
		else ingest.refuse({ about: item, why: check.grade });
	}
	const parcels = ingest.pack(items);
	for (const parcel of parcels) ingest.dispatch(parcel);
	await Promise.resolve();
	for (const [parcel, taken] of [
		[3, true],
		[1, true],
		[2, false],
	] as const) {
		ingest.answered({ parcel, taken });
		const lost = taken ? [] : (parcels[parcel - 1]?.items ?? []);
		for (const item of lost) ingest.refuse({ about: item, why: 'lost' });
	}
	return { parcels, journal: ingest.journal() };
}
