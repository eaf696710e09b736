import { isoOf, type Runtime } from '@pipeline/model';

interface Sleeper {
	readonly dueMs: number;
	readonly wake: () => void;
}

/** A runtime whose time moves only by `advance`. */
export class VirtualRuntime implements Runtime {
	readonly isSeeded = false;
	private nowMs = Date.UTC(2026, 0, 1);
	private readonly counters = new Map<string, number>();
	private readonly sleepers = new Set<Sleeper>();

	now(): number {
		return this.nowMs;
	}

	timestamp(): string {
		return isoOf(this.nowMs);
	}

	elapsedMs(sinceMs: number): number {
		return Math.max(0, this.nowMs - sinceMs);
	}

	uuid(kind: string): string {
		const count = (this.counters.get(kind) ?? 0) + 1;
		this.counters.set(kind, count);
		return `${kind}-${count}`;
	}

	random(): number {
		return 0.5;
	}

	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			if (signal?.aborted) return reject(signal.reason);
			const sleeper = { dueMs: this.nowMs + ms, wake: () => resolve() };
			this.sleepers.add(sleeper);
			signal?.addEventListener(
				'abort',
				() => {
					this.sleepers.delete(sleeper);
					reject(signal.reason);
				},
				{ once: true },
			);
		});
	}

	/** Moves time on and wakes whoever is due, in order, letting each run before the next. */
	async advance(ms: number): Promise<void> {
		const targetMs = this.nowMs + ms;
		for (;;) {
			const due = [...this.sleepers].filter(({ dueMs }) => dueMs <= targetMs).sort((a, b) => a.dueMs - b.dueMs)[0];
			if (due === undefined) break;
			this.sleepers.delete(due);
			this.nowMs = Math.max(this.nowMs, due.dueMs);
			due.wake();
			await turn();
		}
		this.nowMs = targetMs;
		await turn();
	}

	/** Number of sleepers due exactly in this many milliseconds. */
	sleepersIn(ms: number): number {
		return [...this.sleepers].filter(({ dueMs }) => dueMs - this.nowMs === ms).length;
	}
}

/** Lets everything that can run now run. */
export function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn until the condition holds; the test's timeout ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await turn();
}
