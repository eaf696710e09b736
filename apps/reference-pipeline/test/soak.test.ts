import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arrivedAudit } from '../src/bench/soak/arrived-audit.ts';
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

describe('audit that arrived', () => {
	const outOfOrder = async (requests: readonly (readonly number[])[]) => {
		const folder = mkdtempSync(join(tmpdir(), 'arrived-'));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const notes = join(folder, 'events.txt');
		const lines = requests.map((seqs) => `${seqs.map((seq) => `p ${seq} id-${seq}\n`).join('')}\n`);
		writeFileSync(notes, lines.join(''));
		return (await arrivedAudit(folder, notes)).outOfOrder;
	};

	it('is in order, but for a request that came before the one in front of it', async () => {
		expect(await outOfOrder([[1, 2], [5, 6], [3, 4], [7]])).toBe(0);
		expect(
			await outOfOrder([
				[1, 2],
				[5, 6],
				[5, 6],
				[3, 4],
			]),
		).toBe(0);
		expect(await outOfOrder([[1, 2], [5, 6], [7], [3, 4]])).toBe(2);
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
