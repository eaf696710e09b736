import { describe, expect, it } from 'vitest';
import { EpochKeys, RECORDS_PER_EPOCH } from '../../src/journal/epoch-keys.ts';
import { readHexWords, writeHexWords } from '../../src/journal/hex-words.ts';
import { Identity, identityIdGenerator } from '../../src/journal/identity.ts';
import { mixHalf } from '../../src/journal/keyed-mix.ts';
import { SamplingThreshold } from '../../src/journal/sampling-threshold.ts';

const MILLION = 1_000_000;

/** A repeatable stand-in for crypto: the tests judge the mixing, so the seed must not change between runs. */
function seedFrom(start: number) {
	let state = start;
	return (seed: Uint32Array) => {
		for (let index = 0; index < seed.length; index++) {
			state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
			seed[index] = state;
		}
	};
}

function keysFrom(start: number, epoch = 0): EpochKeys {
	const seed = new Uint32Array(8);
	seedFrom(start)(seed);
	return new EpochKeys(epoch, seed);
}

/** Chi-square of counts against a uniform distribution, as its distance from the mean in standard deviations. */
function deviation(counts: Float64Array, total: number): number {
	const expected = total / counts.length;
	const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
	return (chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

/** All trace ids of an epoch's first million sequence numbers, as words. */
function traceIds(keys: EpochKeys): Uint32Array {
	const words = new Uint32Array(4 * MILLION);
	for (let sequence = 0; sequence < MILLION; sequence++) keys.writeTraceId(sequence, words, 4 * sequence);
	return words;
}

function spanIds(keys: EpochKeys): Uint32Array {
	const words = new Uint32Array(2 * MILLION);
	for (let index = 0; index < MILLION; index++) keys.writeSpanId(index >>> 4, index & 15, words, 2 * index);
	return words;
}

function distinctPairs(words: Uint32Array, stride: number, offset: number): number {
	const pairs = new Float64Array(MILLION);
	// 53 bits of the 64 are compared: enough, since one accidental meeting in 10^6 has a chance of 1 in 18,000.
	for (let index = 0; index < MILLION; index++) {
		const at = index * stride + offset;
		pairs[index] = words[at]! * 2 ** 21 + (words[at + 1]! >>> 11);
	}
	pairs.sort();
	return pairs.reduce((count, pair, index) => (index === 0 || pair !== pairs[index - 1] ? count + 1 : count), 0);
}

describe('ids of one epoch', () => {
	const keys = keysFrom(1);
	const traces = traceIds(keys);
	const spans = spanIds(keys);

	it('are distinct in 10^6: both halves of trace ids, and span ids', () => {
		expect([distinctPairs(traces, 4, 0), distinctPairs(traces, 4, 2), distinctPairs(spans, 2, 0)]).toEqual([
			MILLION,
			MILLION,
			MILLION,
		]);
	});

	it.each([0, 8, 16, 24, 32, 40, 48])('have uniform low 56 bits (byte at bit %i)', (bit) => {
		const counts = new Float64Array(256);
		for (let index = 0; index < MILLION; index++) {
			const word = traces[4 * index + (bit < 32 ? 3 : 2)]!;
			counts[(word >>> (bit % 32)) & 255]!++;
		}
		expect(Math.abs(deviation(counts, MILLION))).toBeLessThan(4);
	});

	it('have uniform pairs of neighbouring trace ids and uniform span ids', () => {
		const neighbours = new Float64Array(65_536);
		const spanBytes = new Float64Array(65_536);
		for (let index = 1; index < MILLION; index++) {
			neighbours[((traces[4 * index + 3]! & 255) << 8) | (traces[4 * index - 1]! & 255)]!++;
			spanBytes[spans[2 * index]! >>> 16]!++;
		}
		expect(Math.abs(deviation(neighbours, MILLION - 1))).toBeLessThan(4);
		expect(Math.abs(deviation(spanBytes, MILLION - 1))).toBeLessThan(4);
	});

	it('change in half of their bits from one record to the next', () => {
		let flipped = 0;
		for (let index = 1; index < MILLION; index++) {
			let difference = traces[4 * index + 3]! ^ traces[4 * index - 1]!;
			for (; difference !== 0; difference &= difference - 1) flipped++;
		}
		// 32 of 64 would be the mean of two words; the standard deviation of one word's mean is sqrt(8 / 10^6).
		expect(Math.abs(flipped / (MILLION - 1) - 16)).toBeLessThan(4 * Math.sqrt(8 / MILLION));
	});

	it.each([0.5, 0.1, 0.02, 0.001])('are sampled at ratio %d', (ratio) => {
		const threshold = new SamplingThreshold(ratio);
		let sampled = 0;
		for (let index = 0; index < MILLION; index++) if (threshold.isSampled(traces, 4 * index)) sampled++;
		const sigma = Math.sqrt(MILLION * ratio * (1 - ratio));
		expect(Math.abs(sampled - MILLION * ratio)).toBeLessThan(4 * sigma);
	});

	it('are sampled consistently: what a ratio keeps, every higher one keeps', () => {
		const thresholds = [0.001, 0.02, 0.1, 0.5, 1].map((ratio) => new SamplingThreshold(ratio));
		for (let index = 0; index < 100_000; index++) {
			const kept = thresholds.map((threshold) => threshold.isSampled(traces, 4 * index));
			if (kept.indexOf(true) !== -1) expect(kept.slice(kept.indexOf(true))).not.toContain(false);
		}
	});
});

describe('EpochKeys', () => {
	it('rebuilds the same ids from epoch and seed alone', () => {
		const keys = keysFrom(5, 3);
		const rebuilt = new EpochKeys(3, Uint32Array.from(keys.seed));
		const words = new Uint32Array(12);
		keys.writeTraceId(77, words, 0);
		keys.writeSpanId(77, 9, words, 4);
		rebuilt.writeTraceId(77, words, 6);
		rebuilt.writeSpanId(77, 9, words, 10);
		expect(words.slice(0, 6)).toEqual(words.slice(6));
	});

	it('gives other ids for another stage, sequence, epoch or seed', () => {
		const words = new Uint32Array(2);
		const spanIdOf = (keys: EpochKeys, sequence: number, stage: number) => {
			keys.writeSpanId(sequence, stage, words, 0);
			return writeHexWords(words, 0, 2);
		};
		const ids = [
			spanIdOf(keysFrom(5), 0, 0),
			spanIdOf(keysFrom(5), 0, 1),
			spanIdOf(keysFrom(5), 1, 0),
			spanIdOf(keysFrom(5, 1), 0, 0),
			spanIdOf(keysFrom(6), 0, 0),
		];
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('never gives the all-zero span id', () => {
		// The mix is bijective, so one (sequence, stage) maps to zero: found by running the rounds backwards.
		for (let start = 1; start < 64; start++) {
			const keys = keysFrom(start);
			const seed = keys.seed;
			let left = 0;
			let right = 0;
			for (let round = 3; round >= 0; round--) {
				const key = (seed[4 + (round & 1)]! + Math.imul(round, 0x9e3779b9)) | 0;
				const before = right ^ mixHalf(left, key);
				right = left;
				left = before;
			}
			const words = new Uint32Array(2);
			const sequence = left ^ (seed[6]! | 0);
			const stage = right ^ (seed[7]! >>> 1);
			if (stage < 0) continue;
			keys.writeSpanId(sequence, stage, words, 0);
			expect(words[0]! | words[1]!).not.toBe(0);
			// The stand-in is nobody else's: the only other block with this image is not a stage.
			const standIn = writeHexWords(words, 0, 2);
			keys.writeSpanId(sequence, stage ^ 1, words, 0);
			expect(writeHexWords(words, 0, 2)).not.toBe(standIn);
			return;
		}
		expect.unreachable('no seed has its zero at a stage');
	});

	it('refuses a seed of another size', () => {
		expect(() => new EpochKeys(0, new Uint32Array(7))).toThrow(RangeError);
	});
});

describe('Identity', () => {
	it('draws a new seed when an epoch is used up, and says so first', () => {
		const epochs: number[] = [];
		const identity = new Identity({
			fillSeed: seedFrom(9),
			recordsPerEpoch: 2,
			onEpoch: (keys) => epochs.push(keys.epoch),
		});
		const numbers = Array.from({ length: 5 }, () => [identity.next(), identity.keys.epoch]);
		expect(numbers).toEqual([
			[0, 0],
			[1, 0],
			[0, 1],
			[1, 1],
			[0, 2],
		]);
		expect(epochs).toEqual([0, 1, 2]);
		expect(RECORDS_PER_EPOCH).toBe(1_048_576);
	});

	it('has its own seed in every instance', () => {
		expect(new Identity().keys.seed).not.toEqual(new Identity().keys.seed);
	});

	it('is an id generator for an SDK', () => {
		const generator = identityIdGenerator();
		const traces = Array.from({ length: 1000 }, () => generator.generateTraceId());
		const spans = Array.from({ length: 1000 }, () => generator.generateSpanId());
		expect(traces.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
		expect(spans.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
		expect([new Set(traces).size, new Set(spans).size]).toEqual([1000, 1000]);
	});
});

describe('hexadecimal words', () => {
	it('are written most significant first and read back', () => {
		const words = Uint32Array.of(0, 0x00000001, 0xffffffff, 0x0a0b0c0d, 0x89abcdef);
		expect(writeHexWords(words, 1, 4)).toBe('00000001ffffffff0a0b0c0d89abcdef');
		const read = new Uint32Array(5);
		readHexWords('00000001ffffffff0a0b0c0d89abcdef', read, 1);
		expect(read).toEqual(words);
	});
});

describe('SamplingThreshold', () => {
	it.each([
		[1, '0'],
		[0.5, '8'],
		[0.1, 'e6666666666666'],
		[0.25, 'c'],
		[2 ** -56, 'ffffffffffffff'],
		[0, undefined],
	])('says th for ratio %d', (ratio, th) => {
		expect(new SamplingThreshold(ratio).th).toBe(th);
	});

	it('samples at the threshold and not below it', () => {
		const threshold = new SamplingThreshold(0.1);
		const isSampled = (high: number, low: number) => threshold.isSampled(Uint32Array.of(7, 0xff000000, high, low), 0);
		expect([
			isSampled(0xffe66666, 0x66666666),
			isSampled(0xffe66666, 0x66666665),
			isSampled(0xe66665, 0xffffffff),
		]).toEqual([true, false, false]);
		const all = Uint32Array.of(0, 0, 0xffffff, 0xffffffff);
		expect([
			new SamplingThreshold(0).isSampled(all, 0),
			new SamplingThreshold(1).isSampled(new Uint32Array(4), 0),
		]).toEqual([false, true]);
	});

	it.each([-0.1, 1.1, Number.NaN])('refuses %d', (ratio) => {
		expect(() => new SamplingThreshold(ratio)).toThrow(RangeError);
	});
});
