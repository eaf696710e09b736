import { atLeast, type Goal } from '@pipeline/bench';
import type { Fidelity } from './fidelity.ts';

/** Shares from 0 to 1, the worst of all modes that show them. */
interface Promised {
	readonly id: 'P10' | 'P11';
	readonly measures: string;
	readonly floor: number;
	readonly stretch: number;
	readonly isShownBy: (result: Fidelity) => boolean;
	readonly shareOf: (result: Fidelity) => number;
}

/** End of the names of modes that process again what failed. */
export const REPLAYS = ', replays';

const PLANTED = new Set<string>(['fail-records', 'slow-records']);
const isFaulty = ({ faults }: Fidelity) => faults.some((fault) => !PLANTED.has(fault));
const isKeeping = ({ mode }: Fidelity) => mode.startsWith('kept');

const PROMISED: readonly Promised[] = [
	{
		id: 'P10',
		measures: 'complete contexts, no faults',
		floor: 1,
		stretch: 1,
		isShownBy: (result) => !isFaulty(result),
		shareOf: completeOf,
	},
	{
		id: 'P10',
		measures: 'complete contexts, faults',
		floor: 0.999,
		stretch: 0.9999,
		isShownBy: isFaulty,
		shareOf: completeOf,
	},
	{
		id: 'P11',
		measures: 'whole traces of failed and slow records, one process',
		floor: 1,
		stretch: 1,
		isShownBy: (result) => isKeeping(result) && result.processes === 1,
		shareOf: keptOf,
	},
	{
		id: 'P11',
		measures: 'whole traces of failed and slow records, three processes',
		floor: 0.999,
		stretch: 1,
		isShownBy: (result) => isKeeping(result) && result.processes === 3,
		shareOf: keptOf,
	},
];

/** The goals that these modes show. A mode that lost sight of records, or has none, shows none of them kept. */
export function goalsOf(results: readonly Fidelity[]): readonly Goal[] {
	return PROMISED.map(({ id, measures, floor, stretch, isShownBy, shareOf }) => {
		const shares = results.filter(isShownBy).map((result) => (result.open === 0 ? shareOf(result) : 0));
		const value = shares.length === 0 ? 0 : Math.min(...shares);
		return atLeast(id, measures, value, floor, stretch);
	});
}

function completeOf({ complete, terminal }: Fidelity): number {
	return terminal === 0 ? 0 : complete / terminal;
}

function keptOf({ failed, slow }: Fidelity): number {
	if (failed.records === 0 || slow.records === 0) return 0;
	return (failed.whole + slow.whole) / (failed.records + slow.records);
}

/** What one end of a record is of all of them, in the mode that has the fewest; replays, of what failed, apart. */
export function resolutionOf(results: readonly Fidelity[]): number {
	return 1 / Math.min(...results.filter(({ mode }) => !mode.endsWith(REPLAYS)).map(({ terminal }) => terminal));
}

/** What these results can tell, and what they cannot. */
export function resolutionText(resolution: number): string {
	const finest = Math.max(...PROMISED.map(({ stretch }) => (stretch < 1 ? stretch : 0)));
	const told = `One record is ${(100 * resolution).toPrecision(2)} % of the smallest mode`;
	return resolution < 1 - finest ? `${told}.` : `${told}: ${100 * finest} % cannot be told from 100 %.`;
}
