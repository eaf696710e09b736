import { parseArgs } from 'node:util';
import type { BenchPlan } from './plan.ts';

/** Shows that the work is done; its figures mean nothing. */
const SHORT: Partial<BenchPlan> = { pairs: 2, processes: 1, warmUpBatches: 1 };

/**
 * How much a command line asks for: `--short`, `--pairs <n>`, `--processes <n>`. Other arguments are left to whoever understands them.
 *
 * @throws RangeError when a number is none, or less than 1
 */
export function planSize(args: readonly string[] = process.argv.slice(2)): Partial<BenchPlan> {
	const { values } = parseArgs({
		args: [...args],
		options: { short: { type: 'boolean' }, pairs: { type: 'string' }, processes: { type: 'string' } },
		strict: false,
	});
	if (values.short === true) return SHORT;
	return {
		...(values.pairs === undefined ? {} : { pairs: countOf('--pairs', values.pairs) }),
		...(values.processes === undefined ? {} : { processes: countOf('--processes', values.processes) }),
	};
}

function countOf(flag: string, text: string | boolean): number {
	const count = typeof text === 'string' ? Number(text) : Number.NaN;
	if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${flag} is a whole number from 1 on`);
	return count;
}
