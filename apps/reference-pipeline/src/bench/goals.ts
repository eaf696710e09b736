import { type BenchReport, type BenchRow, CONTROL } from '@pipeline/bench';

/** Names of the rows that goals compare. */
export const ROWS = {
	plain: 'not instrumented',
	metrics: 'recorder, metrics only',
	withoutAudit: 'recorder, prod, no audit',
	prod: 'recorder, prod',
	everyTrace: 'recorder, every trace',
	sdkAudit: 'SDK, every span, audit',
	sdk: 'SDK, every span',
	sdkHead: 'SDK, 10 % head',
	sdkTail: 'SDK, tail filter',
} as const;

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

/** The least (`>=`) or the most (`<=`) that passes. */
function goal(id: string, measures: string, value: number, bound: '>=' | '<=', floor: number, stretch: number): Goal {
	return { id, measures, value, floor, stretch, pass: bound === '>=' ? value >= floor : value <= floor };
}

/** @param allocatedBytes of an unsampled record through the journal API */
export function goalsOf({ rows }: BenchReport, allocatedBytes: number): readonly Goal[] {
	const row = (name: string): BenchRow => {
		const found = rows.find(({ mode }) => mode === name);
		if (found === undefined) throw new Error(`no row ${name}`);
		return found;
	};
	const [control, plain, traces, prod] = [CONTROL, ROWS.plain, ROWS.withoutAudit, ROWS.prod].map(row) as [
		BenchRow,
		BenchRow,
		BenchRow,
		BenchRow,
	];
	const noise = (100 * Math.max(...Object.values(control.addedHotNs).map(Math.abs))) / control.baseHotNs;
	const plainNs = plain.baseHotNs + plain.addedHotNs.median;
	const cheaper = row(ROWS.sdkTail).addedCpuNs.median / traces.addedCpuNs.median;
	return [
		goal('P2', 'process CPU of the SDK with a tail filter / of the recorder', cheaper, '>=', 15, 25),
		goal('P4', 'bytes allocated for an unsampled record, journal API', allocatedBytes, '<=', 16, 0),
		goal('P6a', '% of the hot path: traces, metrics', traces.addedHotPercent, '<=', 2, 1),
		goal('P6b', '% of the hot path: with audit and lineage', prod.addedHotPercent, '<=', 5, 2),
		goal('P7', 'p99.9 latency, prod / off', p999Of(prod), '<=', 1.25, 1.1),
		goal(
			'P8',
			'% of the hot path, off / not instrumented',
			(-100 * plain.addedHotNs.median) / plainNs,
			'<=',
			0.5,
			noise,
		),
	];
}

function p999Of({ latency, baseLatency }: BenchRow): number {
	return (latency?.p999Ns ?? Number.NaN) / (baseLatency?.p999Ns ?? Number.NaN);
}

/** One line for each goal. */
export function renderGoals(goals: readonly Goal[]): string {
	const lines = goals.map(
		({ id, measures, value, floor, stretch, pass }) =>
			`| ${id} | ${measures} | ${value.toFixed(2)} | ${floor} | ${stretch.toFixed(2)} | ${pass ? 'yes' : 'no'} |`,
	);
	return ['| goal | measures | value | floor | stretch | reached |', '|---|---|---:|---:|---:|---|', ...lines].join(
		'\n',
	);
}
