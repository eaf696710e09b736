import { expect, it } from 'vitest';
import { atLeast, atMost, renderGoals } from '../src/index.ts';

const cheaper = (value: number) => atLeast('P1', 'times as cheap', value, 18, 24);
const short = (value: number) => atMost('P12', 'ns', value, 10, 5);

it('passes at the floor and not beyond', () => {
	expect(cheaper(18)).toEqual({ id: 'P1', measures: 'times as cheap', value: 18, floor: 18, stretch: 24, pass: true });
	expect([cheaper(17.99), short(10), short(10.01)].map(({ pass }) => pass)).toEqual([false, true, false]);
});

it('passes nothing that was not measured', () => {
	expect([cheaper(Number.NaN), short(Number.NaN)].map(({ pass }) => pass)).toEqual([false, false]);
});

it('prints a line for each goal', () => {
	expect(renderGoals([cheaper(0.99956), short(1 / 3)])).toBe(
		[
			'| goal | measures | value | floor | stretch | reached |',
			'|---|---|---:|---:|---:|---|',
			'| P1 | times as cheap | 0.9996 | 18 | 24 | no |',
			'| P12 | ns | 0.3333 | 10 | 5 | yes |',
		].join('\n'),
	);
});
