import { expect, it } from 'vitest';
import { planSize } from '../src/index.ts';

it('reads how much is asked for and leaves the rest', () => {
	expect(planSize(['bench', 'overhead', '--json'])).toEqual({});
	expect(planSize(['--pairs', '3', '--stage-texts', '--processes=2'])).toEqual({ pairs: 3, processes: 2 });
	expect(planSize(['--short', '--pairs', '3'])).toEqual({ pairs: 2, processes: 1, warmUpBatches: 1 });
});

it.each([[['--pairs', '0']], [['--pairs', '1.5']], [['--processes', 'many']], [['--pairs']]])('refuses %j', (args) => {
	expect(() => planSize(args)).toThrow(RangeError);
});
