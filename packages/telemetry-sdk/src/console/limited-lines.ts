const MAX_LENGTH = 400;
const SECOND_MS = 1_000;
/** Whoever named a span or wrote a message does not control the terminal. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export interface LimitedLinesOptions {
	readonly write: (line: string) => void;
	/** @default 50 */
	readonly perSecond?: number;
	/** Monotonic milliseconds. */
	readonly now?: () => number;
}

/** Writes so many lines a second and says how many more there were. */
export class LimitedLines {
	readonly #write: (line: string) => void;
	readonly #perSecond: number;
	readonly #now: () => number;
	#second = Number.NEGATIVE_INFINITY;
	#written = 0;
	#left = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor({ write, perSecond = 50, now = () => performance.now() }: LimitedLinesOptions) {
		this.#write = write;
		this.#perSecond = perSecond;
		this.#now = now;
	}

	/** @param make called only for a line that is written */
	add(make: () => string): void {
		const now = this.#now();
		if (now - this.#second >= SECOND_MS) {
			this.flush();
			this.#second = now;
		}
		if (this.#written < this.#perSecond) {
			this.#written++;
			this.#write(make().replace(CONTROL, ' ').slice(0, MAX_LENGTH));
			return;
		}
		this.#left++;
		this.#timer ??= setTimeout(() => this.flush(), SECOND_MS).unref();
	}

	/** Says how many lines were left out, and begins anew. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#left > 0) this.#write(`… and ${this.#left} more`);
		this.#left = 0;
		this.#written = 0;
	}
}
