import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { CompletionCounter } from '../src/bench/overhead-mode.ts';

const TENTH = [0.1, 0.1] as const;

/** A counter that saw so many completions leave. */
function after(completions: number, code = 0): CompletionCounter {
	const counter = new CompletionCounter();
	const exporter: SpanExporter = { export: (_spans, done) => done({ code }), shutdown: async () => {} };
	const spans = Array.from({ length: completions }, () => ({ name: 'gamma.trace.complete' }) as ReadableSpan);
	counter.follow(exporter).export([...spans, { name: 'gamma.record.deliver' } as ReadableSpan], () => {});
	return counter;
}

it.each([
	[800, [1, 1]],
	[80, TENTH],
	// Six deviations of 400 records are 36 of them.
	[8, TENTH],
	[152, TENTH],
	[800, [0.1, 1]],
] as const)('takes %s completions of 400 records with two each for a share of %s', (completions, share) => {
	expect(() => after(completions).verify(400, 2, share)).not.toThrow();
});

it.each([
	[799, [1, 1]],
	[801, [1, 1]],
	[0, TENTH],
	[153, TENTH],
	[7, [0.1, 1]],
] as const)('refuses %s completions of 400 records for a share of %s', (completions, share) => {
	expect(() => after(completions).verify(400, 2, share)).toThrow(`${completions / 2} of 400 records`);
});

it('counts what was exported since the last time, and nothing that the receiver refused', () => {
	const counter = after(2);
	counter.verify(1, 2, [1, 1]);
	expect(() => counter.verify(1, 2, [1, 1])).toThrow('0 of 1');
	expect(() => after(2, 1).verify(1, 2, [1, 1])).toThrow('0 of 1');
});
