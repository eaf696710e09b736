import { RateWindow } from './rate-window.ts';

/** 0 none, 1 warn, 2 throttle intake, 3 open circuits, 4 halt until an operator resumes. */
export type EscalationLevel = 0 | 1 | 2 | 3 | 4;

/** A change of the level. `threshold` is the error rate at which the new level begins, 0 for level 0. */
export interface EscalationChange {
	readonly from: EscalationLevel;
	readonly to: EscalationLevel;
	readonly errorRate: number;
	readonly threshold: number;
}

const WINDOW_RECORDS = 200;
const MINIMUM_RECORDS = 50;

/** Watches the share of failed records among the last 200 and says how strongly to react; silent for the first 50. */
export class Escalation {
	readonly #thresholds: readonly number[];
	readonly #changed: (change: EscalationChange) => void;
	readonly #window = new RateWindow(WINDOW_RECORDS, MINIMUM_RECORDS);
	#level: EscalationLevel = 0;

	constructor(thresholds: readonly number[], changed: (change: EscalationChange) => void) {
		this.#thresholds = thresholds;
		this.#changed = changed;
	}

	get level(): EscalationLevel {
		return this.#level;
	}

	get errorRate(): number {
		return this.#window.rate;
	}

	/** Counts one record. Levels fall again by themselves, except for the halt. */
	add(failed: boolean): void {
		this.#window.add(failed);
		if (this.#level < 4) this.#move(this.#levelOf(this.#window.rate));
	}

	/** Ends a halt and starts counting afresh. */
	resume(): void {
		this.#window.clear();
		this.#move(0);
	}

	#levelOf(rate: number): EscalationLevel {
		return this.#thresholds.filter((threshold) => rate >= threshold).length as EscalationLevel;
	}

	#move(to: EscalationLevel): void {
		const from = this.#level;
		if (from === to) return;
		this.#level = to;
		this.#changed({ from, to, errorRate: this.#window.rate, threshold: this.#thresholds[to - 1] ?? 0 });
	}
}
