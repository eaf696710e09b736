import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, renderTree, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { workCall } from '../../src/instrumentation/index.ts';
import { span } from '../../src/registry/alpha/index.ts';
import { followed } from './followed.ts';

const GET = () => trace.getTracer('http').startSpan('GET').end();

function* numbers(count: number): Generator<number, string, unknown> {
	for (let at = 0; at < count; at++) {
		GET();
		yield at;
	}
	return 'returned';
}

async function* pages(count: number): AsyncGenerator<number> {
	for (let at = 0; at < count; at++) {
		await Promise.resolve();
		GET();
		yield at;
	}
}

describe('a returned generator', () => {
	let harness: TelemetryHarness;
	let counts: unknown[];
	beforeEach(() => {
		harness = createTelemetryHarness();
		counts = [];
	});
	afterEach(() => harness.shutdown());

	const follow = <F extends (...values: never[]) => unknown>(original: F): F =>
		followed(
			workCall({
				span: span['alpha.adapter.fetch'],
				settled: (_work, result: { count: number }) => counts.push(result.count),
				failed: (_work, cause) => counts.push(cause),
			}),
			original,
		);
	const WHOLE = ['alpha.adapter.fetch', '  GET', '  GET'].join('\n');

	it('is the same object, and its span lasts until it is done', () => {
		const original = numbers(2);
		const generator = follow(() => original)();
		expect(generator).toBe(original);
		expect([generator.next(), generator.next()]).toEqual([
			{ value: 0, done: false },
			{ value: 1, done: false },
		]);
		expect(counts).toEqual([]);
		expect(generator.next()).toEqual({ value: 'returned', done: true });
		expect(generator.next()).toEqual({ value: undefined, done: true });
		expect(counts).toEqual([2]);
		expect(renderTree(harness.spans())).toBe(WHOLE);
		expect(trace.getSpan(context.active())).toBeUndefined();
	});

	it('async: spans of each step belong under it', async () => {
		const seen: number[] = [];
		for await (const page of follow(pages)(2)) seen.push(page);
		expect([seen, counts]).toEqual([[0, 1], [2]]);
		expect(renderTree(harness.spans())).toBe(WHOLE);
	});

	it.each([
		[
			'sync',
			async () => {
				for (const _ of follow(numbers)(5)) break;
			},
		],
		[
			'async',
			async () => {
				for await (const _ of follow(pages)(5)) break;
			},
		],
	])('%s: left early, it ends there', async (_, leave) => {
		await leave();
		expect(counts).toEqual([1]);
		expect(harness.spans().at(-1)).toMatchObject({ name: 'alpha.adapter.fetch', status: 'UNSET' });
	});

	it.each([
		[
			'sync',
			async (thrown: Error) => [
				...follow(function* () {
					yield 1;
					throw thrown;
				})(),
			],
		],
		[
			'async',
			async (thrown: Error) => {
				for await (const _ of follow(async function* () {
					yield 1;
					throw thrown;
				})());
			},
		],
		['by its consumer', async (thrown: Error) => follow(numbers)(3).throw(thrown)],
	])('%s: a failure ends it, and is the same error', async (_, run) => {
		const thrown = new Error('no');
		await expect(run(thrown)).rejects.toBe(thrown);
		expect(counts).toEqual([thrown]);
		expect(harness.spans().at(-1)).toMatchObject({ name: 'alpha.adapter.fetch', status: 'ERROR' });
	});

	it('passes values in', () => {
		const echo = follow(function* (): Generator<string, void, string> {
			let said = 'first';
			while (said !== 'stop') said = yield said;
		})();
		expect([echo.next('').value, echo.next('a').value, echo.next('stop').done]).toEqual(['first', 'a', true]);
	});

	it('other iterables are left alone: the call ends when it returns', () => {
		const list = [1, 2];
		expect(follow(() => list)()).toBe(list);
		expect(harness.spans()).toHaveLength(1);
	});
});
