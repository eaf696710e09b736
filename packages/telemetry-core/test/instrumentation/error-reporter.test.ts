import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { errorReporter } from '../../src/instrumentation/index.ts';
import { error, event, metric } from '../../src/registry/alpha/index.ts';

const TOTAL = 'pipeline.alpha.errors.counter.errors_total';

describe('errorReporter', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	const { definition, report, log } = errorReporter(error, event, metric[TOTAL]);

	it('counts and logs an error with the facts of its code', async () => {
		report('PARSE_001_INVALID_JSON', { recordId: 'r', dimensions: { 'pipeline.source_id': 'FILE:x' } });
		report('PARSE_001_INVALID_JSON', { severity: 'CRITICAL' });
		const labels = { 'pipeline.error_category': 'PARSE', 'pipeline.error_code': 'PARSE_001_INVALID_JSON' };
		expect((await harness.metrics()).map(({ attributes, value }) => [attributes, value])).toEqual([
			[{ ...labels, 'pipeline.severity': 'ERROR' }, 1],
			[{ ...labels, 'pipeline.severity': 'CRITICAL' }, 1],
		]);
		expect(
			harness.events().map(({ name, severity, attributes }) => [name, severity, attributes['error.type']]),
		).toEqual([
			['pipeline.alpha.parser.log.parse_001_invalid_json', 'ERROR', 'PARSE_001_INVALID_JSON'],
			['pipeline.alpha.parser.log.parse_001_invalid_json', 'FATAL', 'PARSE_001_INVALID_JSON'],
		]);
		expect(harness.events()[0]?.attributes).toMatchObject({
			'pipeline.record_id': 'r',
			'pipeline.source_id': 'FILE:x',
		});
	});

	it('has an unknown error for codes of others and for none', () => {
		const unknown = definition(undefined);
		expect([definition('SOMETHING_ELSE'), definition('PARSE_001_INVALID_JSON')]).toEqual([
			unknown,
			error['PARSE_001_INVALID_JSON'],
		]);
		log('SOMETHING_ELSE');
		expect(harness.events().map(({ attributes }) => attributes['error.type'])).toEqual(['CONN_999_UNKNOWN']);
	});

	it('logs without counting', async () => {
		log('BUF_002_FULL');
		expect([harness.events().length, await harness.metrics()]).toEqual([1, []]);
	});

	it('says nothing of errors that no registry knows', async () => {
		const foreign = errorReporter({}, event, metric[TOTAL]);
		foreign.report('X');
		foreign.log(undefined);
		expect([harness.events(), await harness.metrics()]).toEqual([[], []]);
	});
});
