import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/runtime/bounded-map.ts';

type Step = { readonly does: 'set' | 'delete'; readonly key: number } | { readonly does: 'clear'; readonly key: 0 };

const key = fc.nat(12);
const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ does: fc.constant('set' as const), key }) },
	{ weight: 3, arbitrary: fc.record({ does: fc.constant('delete' as const), key }) },
	{ weight: 1, arbitrary: fc.constant({ does: 'clear', key: 0 } as const) },
);

/** What the map has to hold: pairs in the order of their age, the oldest dropped one by one. */
class Model {
	entries: [number, number][] = [];
	readonly forgotten: [number, number][] = [];
	readonly capacity: number;

	constructor(capacity: number) {
		this.capacity = capacity;
	}

	apply({ does, key }: Step, value: number): void {
		const known = this.entries.find(([id]) => id === key);
		if (does === 'clear') this.entries = [];
		else if (does === 'delete') this.entries = this.entries.filter((entry) => entry !== known);
		else if (known !== undefined) known[1] = value;
		else this.entries.push([key, value]);
		if (this.entries.length > this.capacity) this.forgotten.push(this.entries.shift()!);
	}
}

describe('BoundedMap', () => {
	it('holds its capacity, and of one more the oldest makes room', () => {
		const map = new BoundedMap<string, number>(2);
		map.set('a', 1).set('b', 2).set('a', 3);
		expect([...map]).toEqual([
			['a', 3],
			['b', 2],
		]);
		map.set('c', 4);
		expect([...map]).toEqual([
			['b', 2],
			['c', 4],
		]);
	});

	it('without capacity holds nothing', () => {
		expect([...new BoundedMap<string, number>(0).set('a', 1)]).toEqual([]);
	});

	it('holds what a list would that drops its first, and tells what it forgot', () => {
		fc.assert(
			fc.property(fc.nat(6), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
				const model = new Model(capacity);
				const forgotten: [number, number][] = [];
				const map = new BoundedMap<number, number>(capacity, (value, key) => forgotten.push([key, value]));
				steps.forEach((step, at) => {
					if (step.does === 'set') map.set(step.key, at);
					else if (step.does === 'delete') map.delete(step.key);
					else map.clear();
					model.apply(step, at);
					expect([...map]).toEqual(model.entries);
				});
				expect(forgotten).toEqual(model.forgotten);
			}),
		);
	});

	it('forgets the oldest also after it had room for long', () => {
		const map = new BoundedMap<number, string>(4);
		for (let key = 0; key < 6; key++) map.set(key, 'first');
		for (const key of [3, 4, 5]) map.delete(key);
		for (let key = 100; key < 200; key++) {
			map.set(key, 'short');
			map.delete(key);
		}
		for (let key = 6; key < 10; key++) map.set(key, 'last');
		expect([...map.keys()]).toEqual([6, 7, 8, 9]);
	});
});
