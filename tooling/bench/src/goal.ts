/** A promise and what was measured of it. */
export interface Goal {
	readonly id: string;
	/** What the value is, and in which unit. */
	readonly measures: string;
	readonly value: number;
	readonly floor: number;
	readonly stretch: number;
	/** The floor is reached. */
	readonly pass: boolean;
}

/** What is promised is no less than the floor. A value that is no number passes nothing. */
export function atLeast(id: string, measures: string, value: number, floor: number, stretch: number): Goal {
	return { id, measures, value, floor, stretch, pass: value >= floor };
}

/** What is promised is no more than the floor. A value that is no number passes nothing. */
export function atMost(id: string, measures: string, value: number, floor: number, stretch: number): Goal {
	return { id, measures, value, floor, stretch, pass: value <= floor };
}

/** A Markdown table, one line for each goal. */
export function renderGoals(goals: readonly Goal[]): string {
	const lines = goals.map(
		({ id, measures, value, floor, stretch, pass }) =>
			`| ${id} | ${measures} | ${figure(value)} | ${figure(floor)} | ${figure(stretch)} | ${pass ? 'yes' : 'no'} |`,
	);
	return ['| goal | measures | value | floor | stretch | reached |', '|---|---|---:|---:|---:|---|', ...lines].join(
		'\n',
	);
}

const DIGITS = 4;

/** Shares of almost one keep the digits that tell them from it. */
function figure(value: number): string {
	return String(Number(value.toFixed(DIGITS)));
}
