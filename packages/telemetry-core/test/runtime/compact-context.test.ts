import { type Context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactContext } from '../../src/index.ts';

const KEYS = ['a', 'b', 'c'].map((name) => createContextKey(`compact-context.test ${name}`));
const steps = fc.array(fc.tuple(fc.nat({ max: KEYS.length - 1 }), fc.option(fc.integer(), { nil: undefined })));

describe('a compact context', () => {
	it('gives what the API gives after the same steps, and leaves the contexts before as they were', () => {
		fc.assert(
			fc.property(steps, steps, (before, after) => {
				const take = (start: Context, taken: typeof before) => {
					const contexts = [start];
					for (const [at, value] of taken) {
						const last = contexts.at(-1) ?? start;
						const key = KEYS[at] as symbol;
						contexts.push(value === undefined ? last.deleteValue(key) : last.setValue(key, value));
					}
					return contexts;
				};
				const below = take(ROOT_CONTEXT, before).at(-1) ?? ROOT_CONTEXT;
				const read = (contexts: readonly Context[]) =>
					contexts.map((context) => KEYS.map((key) => context.getValue(key)));
				expect(read(take(compactContext(below), after))).toEqual(read(take(below, after)));
			}),
		);
	});

	it('keeps a list as it is', () => {
		const key = KEYS[0] as symbol;
		expect(compactContext(ROOT_CONTEXT).setValue(key, [1, 2]).getValue(key)).toEqual([1, 2]);
	});

	it('is itself when it is one already', () => {
		const context = compactContext(ROOT_CONTEXT).setValue(KEYS[0] as symbol, 1);
		expect(compactContext(context)).toBe(context);
	});

	it('carries a span', () => {
		const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
		const context = trace.setSpanContext(compactContext(ROOT_CONTEXT), spanContext);
		expect(trace.getSpanContext(context)).toBe(spanContext);
		expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
	});
});
