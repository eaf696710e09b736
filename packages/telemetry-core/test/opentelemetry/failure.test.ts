import * as fc from 'fast-check';
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
	});

	it('takes a name for the type only if it reads like one', () => {
		const named = (name: unknown) => Object.assign(new RangeError('x'), { name });
		const types = ['AbortError', 'TransferError', 'hunter2', 'H. Unter Error', '', 7].map(
			(name) => failed('PARSE_001_INVALID_JSON', named(name))?.events[0]?.attributes['exception.type'],
		);
		expect(types).toEqual(['AbortError', 'TransferError', 'RangeError', 'RangeError', 'RangeError', 'RangeError']);
	});

	it('survives an error whose properties throw', () => {
		const hostile = new Error('x');
		for (const key of ['name', 'stack', 'message'])
			Object.defineProperty(hostile, key, {
				get() {
					throw new Error('of the getter');
				},
			});
		expect(failed('PARSE_999_UNKNOWN', hostile)?.events[0]?.attributes).toEqual({
			'exception.type': 'Error',
			'exception.message': 'PARSE_999_UNKNOWN',
		});
	});

	it('shows no frame when the message is found only within the one that the stack begins with', () => {
		const thrown = new Error('Error: x\n    at file:///hunter2.js:1:2');
		// Read once, it stays as it is.
		expect(thrown.stack).toContain('hunter2');
		thrown.message = 'x';
		expect(failed('PARSE_999_UNKNOWN', thrown)?.events[0]?.attributes['exception.stacktrace']).toBeUndefined();
	});

	it('shows the frames of errors of Node, whose stacks name a code', () => {
		let thrown: unknown;
		try {
			Buffer.from(7 as never);
		} catch (error) {
			thrown = error;
		}
		const stack = failed('PARSE_999_UNKNOWN', thrown)?.events[0]?.attributes['exception.stacktrace'];
		expect(stack).toMatch(/failure\.test\.ts/);
	});

	it('shows nothing of what was said, whatever was said and whoever reworded it', () => {
		const secret = 'hunter2';
		const line = fc.constantFrom(
			secret,
			`    at ${secret} (/srv/${secret}.js:1:2)`,
			`    at file:///${secret}.js:1:2`,
			'',
			'Error: x',
			'    at',
		);
		const message = fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
		const rewording = fc.option(fc.string(), { nil: undefined });
		fc.assert(
			fc.property(message, rewording, fc.boolean(), (said, reworded, isNamed) => {
				const thrown = new Error(said);
				// The stack is written when it is read first.
				const { stack } = thrown;
				if (reworded !== undefined && !said.startsWith(reworded)) Object.assign(thrown, { stack, message: reworded });
				if (isNamed) thrown.name = secret;
				expect(JSON.stringify(failed('PARSE_999_UNKNOWN', thrown)?.events)).not.toContain(secret);
			}),
		);
	});

	it.each([
		[
			'another message than the stack',
			Object.assign(new Error('x'), { stack: new Error('x').stack, message: 'reworded' }),
		],
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
