import { spawnSync } from 'node:child_process';
import { median, quantile } from '@pipeline/bench';
import type { StoreDatabase } from '../src/connection/store-database.ts';
import { StoreError } from '../src/connection/store-error.ts';
import { type DataPlan, type Sample, samples } from './store-query-data.ts';
import { KINDS, PREPARATIONS } from './store-query-kinds.ts';

/** What one kind of question took, milliseconds; no number where nothing was answered. */
export interface Answers {
	readonly p50: number;
	readonly p95: number;
	/** Questions that an error answered, by its code. */
	readonly failed: Readonly<Record<string, number>>;
	/** How much was found: a kind that finds nothing at all is not measured, but broken. */
	readonly found: number;
}

export interface ColdAnswer {
	readonly openMs: number;
	readonly ms: number;
}

export interface Asking {
	readonly plan: DataPlan;
	readonly kind: string;
	/** How many ask at the same time. */
	readonly clients: number;
	readonly samples: number;
}

const WARM_UP = 5;
/** After so long no further question of a kind is asked: one that takes seconds leaves time for the others. */
const MAX_KIND_MS = 30_000;
const MAX_COLD_MS = 120_000;

/** Anywhere but at the ends; each run and process takes others. */
const somewhere = ({ events }: DataPlan) => Math.floor((0.02 + Math.random() * 0.96) * events);
const drawn = (database: StoreDatabase, plan: DataPlan, count: number) =>
	samples(
		database,
		plan,
		Array.from({ length: count }, () => somewhere(plan)),
	);

async function timed(database: StoreDatabase, kind: string, sample: Sample): Promise<{ ms: number; count: number }> {
	await PREPARATIONS[kind]?.(database, sample);
	const startedMs = performance.now();
	const count = (await KINDS[kind]?.(database, sample)) ?? 0;
	return { ms: performance.now() - startedMs, count };
}

/** Clients ask one question after the other until all samples are used, or the time for them is over. Errors are counted. */
export async function measure(database: StoreDatabase, asking: Asking): Promise<Answers> {
	const { plan, kind, clients } = asking;
	const all = await drawn(database, plan, asking.samples + WARM_UP);
	const ms: number[] = [];
	const failed: Record<string, number> = {};
	let found = 0;
	const ask = async (sample: Sample): Promise<number | undefined> => {
		try {
			const answer = await timed(database, kind, sample);
			found += answer.count;
			return answer.ms;
		} catch (error) {
			const code = error instanceof StoreError ? error.code : String(error);
			failed[code] = (failed[code] ?? 0) + 1;
			return undefined;
		}
	};
	const deadline = performance.now() + MAX_KIND_MS;
	const next = (left: Sample[]) => (performance.now() < deadline ? left.pop() : undefined);
	const warmUp = all.slice(0, WARM_UP);
	for (let sample = next(warmUp); sample !== undefined; sample = next(warmUp)) await ask(sample);
	const left = all.slice(WARM_UP);
	const client = async () => {
		for (let sample = next(left); sample !== undefined; sample = next(left)) {
			const taken = await ask(sample);
			if (taken !== undefined) ms.push(taken);
		}
	};
	await Promise.all(Array.from({ length: clients }, client));
	const at = (share: number) => (ms.length === 0 ? Number.NaN : rounded(quantile(ms, share)));
	return { p50: at(0.5), p95: at(0.95), failed, found };
}

/** What a new process asks, and prints. */
export async function askOnce(database: StoreDatabase, plan: DataPlan, kind: string): Promise<number> {
	const [sample] = await drawn(database, plan, 1);
	if (sample === undefined) throw new Error('no sample');
	return (await timed(database, kind, sample)).ms;
}

/** @param args of a process that prints a `ColdAnswer` as JSON @returns nothing where it failed */
export function askCold(args: readonly string[]): ColdAnswer | undefined {
	const { status, stdout } = spawnSync(process.execPath, args, {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
		timeout: MAX_COLD_MS,
		killSignal: 'SIGKILL',
	});
	return status === 0 ? (JSON.parse(stdout) as ColdAnswer) : undefined;
}

export const medianOf = (values: readonly number[]): number =>
	values.length === 0 ? Number.NaN : rounded(median(values));

export const rounded = (ms: number): number => Math.round(ms * 10) / 10;
