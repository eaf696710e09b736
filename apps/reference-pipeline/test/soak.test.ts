import { describe, expect, it } from 'vitest';
import type { SoakResult } from '../src/bench/soak/soak.ts';
import { trendOf } from '../src/bench/soak/trend.ts';
import { cli } from './support/cli.ts';

describe('the trend of a series', () => {
	it('is its slope, without noise where there is none', () => {
		expect(trendOf([0, 1, 2, 3].map((x) => [x, 5 + 2 * x] as const))).toEqual({ slope: 2, noise: 0 });
	});

	it('is as uncertain as what it is made of', () => {
		const points = (height: number) => Array.from({ length: 40 }, (_, x) => [x, x % 2 === 0 ? height : 0] as const);
		const [low, high] = [trendOf(points(1)), trendOf(points(10))];
		expect(Math.abs(low.slope)).toBeLessThan(low.noise * 2);
		expect(high.noise / low.noise).toBeCloseTo(10);
	});

	it('is more uncertain where neighbours are alike', () => {
		const waves = (period: number) => Array.from({ length: 64 }, (_, x) => [x, Math.floor(x / period) % 2] as const);
		expect(trendOf(waves(8)).noise).toBeGreaterThan(trendOf(waves(1)).noise * 2);
	});

	it('needs three points', () => {
		expect(() => trendOf([[0, 0]])).toThrow(RangeError);
	});
});

describe('a soak', () => {
	it('loses nothing uncounted while the endpoint is killed and restarted', async () => {
		const { out, errors } = await cli(['bench', 'soak', '--short', '--json']);
		const result = JSON.parse(out) as SoakResult;
		expect(
			result.goals.filter(({ pass }) => !pass),
			errors,
		).toEqual([]);
		expect(result.outages).toBeGreaterThan(1);
		expect(result.audit.events).toBeGreaterThan(result.records);
	}, 180_000);
});
