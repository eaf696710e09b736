import type { RedactionObserver } from './redaction.ts';

/** Counts what is redacted in another thread, and tells it now and then: a message for each value would be more work than redacting it. */
export class RedactionCounts implements RedactionObserver {
	readonly #tell: (counts: Readonly<Record<string, number>>) => void;
	#counts: Record<string, number> = {};
	#timer: NodeJS.Timeout | undefined;

	constructor(tell: (counts: Readonly<Record<string, number>>) => void) {
		this.#tell = tell;
	}

	onRedacted(rule: string): void {
		this.#counts[rule] = (this.#counts[rule] ?? 0) + 1;
		this.#timer ??= setTimeout(() => this.flush(), TELL_AFTER_MS).unref();
	}

	/** Tells what was counted since the last time. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const counts = this.#counts;
		this.#counts = {};
		this.#tell(counts);
	}
}

const TELL_AFTER_MS = 100;
