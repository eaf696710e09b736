import { afterEach, describe, expect, it } from 'vitest';
import {
	createTelemetryHarness,
	item,
	renderTree,
	type TelemetryHarness,
} from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, StageStatus, telemetry } from '../../src/index.ts';
import { recordCall } from '../../src/instrumentation/index.ts';
import { attribute, error, event, span } from '../../src/registry/alpha/index.ts';
import type { DetailLevel } from '../../src/registry/index.ts';
import { followed } from './followed.ts';

type Item = ReturnType<typeof item<{ id: string }>>;
interface Result {
	readonly isBroken: boolean;
}

let harness: TelemetryHarness;
afterEach(() => harness.shutdown());

/** One record, and one call of the level `full` about it. */
function run(detail: DetailLevel, rule: (record: Item) => unknown) {
	harness = createTelemetryHarness({ detail });
	const seconds: number[] = [];
	const call = followed(
		recordCall({
			span: span['alpha.validation.rule'],
			isFailure: ({ isBroken }: Result) => isBroken,
			settled(tracer, journal, stage, { isBroken }: Result) {
				tracer.setText(journal, stage, attribute['pipeline.rule_id'], 'VR01');
				if (isBroken) tracer.fail(journal, stage, error.VAL_999_UNKNOWN);
			},
			after: (_tracer, _journal, _stage, took) => seconds.push(took),
		}),
		rule,
	);
	const record = item({ id: 'r' });
	const { tracer } = telemetry;
	const journal = tracer.begin(span['alpha.record.ingest'], record);
	let thrown: unknown;
	try {
		call(record);
	} catch (failure) {
		thrown = failure;
	}
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
	return { spans: harness.spans(), seconds, thrown };
}

const inside = followed(recordCall({ span: span['alpha.parser.parse'] }), (record: Item) => record);

describe('a stage of the level full', () => {
	it('is opened where it is shown', () => {
		const { spans, seconds } = run('full', () => ({ isBroken: false }));
		expect(renderTree(spans)).toBe('alpha.record.ingest\n  alpha.validation.rule');
		expect(spans.find(({ name }) => name === 'alpha.validation.rule')?.attributes).toMatchObject({
			'pipeline.rule_id': 'VR01',
		});
		expect(seconds).toHaveLength(1);
	});

	it('is only timed where it is not; what it calls belongs under the stage around it', () => {
		const { spans, seconds } = run('standard', (record) => {
			inside(record);
			return { isBroken: false };
		});
		expect(renderTree(spans)).toBe('alpha.record.ingest\n  alpha.parser.parse');
		expect(seconds).toEqual([expect.any(Number)]);
		expect(seconds[0]).toBeGreaterThanOrEqual(0);
	});

	it.each<[string, () => unknown]>([
		['gave a failure', () => ({ isBroken: true })],
		[
			'threw',
			() => {
				throw new Error('of the module');
			},
		],
	])('is written to the journal after all when it %s', (_how, rule) => {
		const inserted: unknown[] = [];
		const open = createTelemetryHarness({ detail: 'standard' });
		const { tracer } = telemetry;
		const insert = tracer.insert.bind(tracer);
		tracer.insert = (journal, definition, parent, startMs, endMs, status) => {
			inserted.push([definition, endMs >= startMs, status]);
			return insert(journal, definition, parent, startMs, endMs, status);
		};
		harness = open;
		const call = followed(
			recordCall({ span: span['alpha.validation.rule'], isFailure: (result: Result) => result.isBroken }),
			rule as (record: Item) => unknown,
		);
		const record = item({ id: 'r' });
		const journal = tracer.begin(span['alpha.record.ingest'], record);
		try {
			call(record);
		} catch {
			// The module's own.
		}
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		expect(inserted).toEqual([
			[span['alpha.validation.rule'], true, _how === 'threw' ? StageStatus.ERROR : StageStatus.UNSET],
		]);
	});

	it('throws what the call threw', () => {
		const failure = new Error('of the module');
		const { thrown } = run('standard', () => {
			throw failure;
		});
		expect(thrown).toBe(failure);
	});
});
