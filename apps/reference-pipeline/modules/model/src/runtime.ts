import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import seedrandom from 'seedrandom';
import { v7 } from 'uuid';
import type { Iso, Uuid } from './shapes/blocks.ts';

/** Everything a module does that would differ from one run to the next. */
export interface Runtime {
	/** Milliseconds since the Unix epoch, with fractions. */
	now(): number;
	timestamp(): Iso;
	/** Milliseconds since `sinceMs` of `now`; never negative. */
	elapsedMs(sinceMs: number): number;
	/** A new id, version 7. `kind` names what it is for: a seeded run draws each kind from its own sequence. */
	uuid(kind: string): Uuid;
	/** 0 to below 1. */
	random(): number;
	/** Real time, in every runtime. Rejects with the signal's reason. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** True when outputs have to be the same in every run: no batch boundary may depend on time. */
	readonly isSeeded: boolean;
}

/** The real clock, random ids, `Math.random`. */
export function systemRuntime(): Runtime {
	return {
		isSeeded: false,
		now: () => performance.timeOrigin + performance.now(),
		timestamp: () => isoOf(performance.timeOrigin + performance.now()),
		elapsedMs: (sinceMs) => Math.max(0, performance.timeOrigin + performance.now() - sinceMs),
		uuid: () => v7(),
		random: Math.random,
		sleep,
	};
}

const SEEDED_NOW_MS = Date.UTC(2026, 0, 1);

/**
 * The same ids, times and choices in every run: a clock that stands still, ids from a counter for each kind (so that the order in which
 * concurrent work asks does not matter), seeded choices.
 *
 * @param scope tells apart processes and modules that share a seed
 */
export function seededRuntime(seed: string | number, scope: string): Runtime {
	const random = seedrandom(`${seed}/${scope}`);
	const counters = new Map<string, number>();
	const timestamp = isoOf(SEEDED_NOW_MS);
	return {
		isSeeded: true,
		now: () => SEEDED_NOW_MS,
		timestamp: () => timestamp,
		elapsedMs: () => 0,
		uuid(kind) {
			const count = counters.get(kind) ?? 0;
			counters.set(kind, count + 1);
			const bytes = createHash('sha256').update(`${seed}/${scope}/${kind}/${count}`).digest();
			return v7({ msecs: SEEDED_NOW_MS, seq: count % 2 ** 31, random: bytes.subarray(0, 16) });
		},
		random: () => random(),
		sleep,
	};
}

/** ISO 8601 UTC with microseconds. */
export function isoOf(ms: number): Iso {
	const whole = Math.floor(ms);
	const micros = Math.floor((ms - whole) * 1000);
	return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	await delay(ms, undefined, signal === undefined ? {} : { signal });
}
