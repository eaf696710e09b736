import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, item, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { ENTRY_STAGE, StageStatus, telemetry } from '../../src/index.ts';
import { error, span } from '../../src/registry/alpha/index.ts';

describe('failures of a stage', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	function failed(code: keyof typeof error, ...thrown: unknown[]) {
		const { tracer } = telemetry;
		const journal = tracer.begin(span['alpha.record.ingest'], item({}));
		tracer.fail(journal, ENTRY_STAGE, error[code], ...thrown);
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		return harness.spans().at(-1);
	}

	it('carry what the registry knows of the code', () => {
		expect(failed('CONN_006_TIMEOUT')).toMatchObject({
			status: 'ERROR',
			statusMessage: 'CONN_006_TIMEOUT',
			events: [],
			attributes: {
				'error.type': 'CONN_006_TIMEOUT',
				'pipeline.error_category': 'CONNECTION',
				'pipeline.recoverability': 'TRANSIENT',
				'pipeline.retry_eligible': true,
			},
		});
	});

	it.each([
		['an error', new SyntaxError('quotes the data'), 'SyntaxError'],
		['a text', 'quotes the data', 'string'],
		['nothing', null, 'object'],
	])('never show the message: %s', (_, thrown, type) => {
		const { events = [] } = failed('PARSE_001_INVALID_JSON', thrown) ?? {};
		expect(events).toEqual([
			{ name: 'exception', attributes: { 'exception.type': type, 'exception.message': 'PARSE_001_INVALID_JSON' } },
		]);
	});

	it('show where an unexpected error was thrown, without its message', () => {
		const thrown = new TypeError('quotes\n    at the data (of/a/record:1:2)');
		const stack = failed('PARSE_999_UNKNOWN', thrown)?.events[0]?.attributes['exception.stacktrace'];
		expect(stack).toMatch(/^TypeError: PARSE_999_UNKNOWN\n\s+at .*failure\.test\.ts/s);
		expect(String(stack)).not.toMatch(/quotes|the data/);
		const reworded = Object.assign(thrown, {
			message: 'reworded',
			stack: 'Error: said before\n    at the data\n    at f (<anonymous>)',
		});
		expect(failed('PARSE_999_UNKNOWN', reworded)?.events[0]?.attributes['exception.stacktrace']).toBe(
			'TypeError: PARSE_999_UNKNOWN\n    at f (<anonymous>)',
		);
	});

	it.each([
		['no stack', Object.assign(new Error('x'), { stack: undefined })],
		['a stack without frames', Object.assign(new Error('x'), { stack: 'Error: x' })],
		['no error', 'thrown text'],
	])('%s: nothing is shown', (_, thrown) => {
		expect(failed('PARSE_999_UNKNOWN', thrown)?.events[0]?.attributes).not.toHaveProperty('exception.stacktrace');
	});

	it('a stack is cut at 8,192 characters', () => {
		const frame = '    at f (file.js:1:1)\n';
		const thrown = Object.assign(new Error('x'), { stack: `Error: x\n${frame.repeat(2_000)}` });
		const stack = failed('PARSE_999_UNKNOWN', thrown)?.events[0]?.attributes['exception.stacktrace'];
		expect(String(stack)).toHaveLength(8_192);
	});
});
