import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';
import { assertTraces, checkContract, checkLength } from './binding-checks.ts';
import { tideStation } from './bindings/tide-station.ts';
import { follow } from './follow.ts';
import * as station from './tide-station/station.ts';

const ROWS = [
	{ mark: 'a', metres: '1.5' },
	{ mark: 'b', metres: 'fog' },
	{ mark: 'c', metres: '12' },
	{ mark: 'd', metres: '2.25' },
];

/** Other class and method names, private state, frozen rows, an async generator: records are followed by their working spaces. */
export const tideStationScenario: Scenario = {
	title: 'foreign: classes, frozen rows, async generators',
	async run(checks) {
		const work = () => new station.Station().work(new station.Feed(ROWS));
		const plain = await work();
		const followed = await follow(tideStation, station, work);
		await checkLength(checks, 'tide-station.ts');
		await checks.check('results are deeply equal with and without telemetry', () => {
			assert.equal(followed.patched, 6);
			assert.equal(JSON.stringify(followed.result), JSON.stringify(plain));
			assert.deepEqual(followed.result, plain);
		});
		await checks.check('every record has one connected trace', () =>
			assertTraces(followed.records, {
				'alpha.record.ingest > alpha.parser.parse > alpha.validation.validate >> alpha.validation.rule > alpha.handoff.send': 2,
				'alpha.record.ingest > alpha.parser.parse > alpha.error_queue.enqueue': 1,
				'alpha.record.ingest > alpha.parser.parse > alpha.validation.validate >> alpha.validation.rule > alpha.error_queue.enqueue': 1,
			}),
		);
		await checks.check('the generator is one fetch, ended when the feed is', () => {
			const fetches = followed.batches.map(({ name, attributes }) => [name, attributes['pipeline.returned']]);
			assert.deepEqual(fetches, [['alpha.adapter.fetch', ROWS.length]]);
		});
		await checkContract(checks, tideStation);
	},
};
