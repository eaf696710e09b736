import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { extractHeaders, WarnLimiter } from '../../src/propagation/index.ts';

afterEach(() => diag.disable());

describe('WarnLimiter', () => {
	it('warns once per source and minute and then says what it held back', () => {
		let nowMs = 0;
		const lines: string[] = [];
		const limiter = new WarnLimiter({ now: () => nowMs, warn: (line) => lines.push(line) });
		const results = [0, 1, 59_999, 60_000].map((time) => {
			nowMs = time;
			return limiter.warn('a', 'm');
		});
		expect(results).toEqual([true, false, false, true]);
		expect(limiter.warn('b', 'm')).toBe(true);
		expect(lines).toEqual(['m [source a]', 'm [source a] (2 more since the last warning)', 'm [source b]']);
	});

	it('remembers a bounded number of sources', () => {
		const limiter = new WarnLimiter({ now: () => 0, warn: () => {}, maxSources: 2 });
		expect(['a', 'b', 'a', 'c', 'b', 'a'].map((source) => limiter.warn(source, 'm'))).toEqual([
			true,
			true,
			false,
			true,
			false,
			true,
		]);
	});

	it('survives a logger that throws', () => {
		const limiter = new WarnLimiter({
			warn: () => {
				throw new Error('no');
			},
		});
		expect(limiter.warn('a', 'm')).toBe(true);
	});

	it("writes to OpenTelemetry's diag logger", () => {
		const warn = vi.fn();
		const silent = () => {};
		diag.setLogger(
			{ warn, error: silent, info: silent, debug: silent, verbose: silent },
			{ logLevel: DiagLogLevel.WARN },
		);
		extractHeaders({ traceparent: 'x' }, 'diag-test');
		expect(warn).toHaveBeenCalledWith(
			'malformed trace context: traceparent cannot be used; a new trace begins [source diag-test]',
		);
	});
});
