import type { BackPressureEvent, Runtime, ValidatedRecord } from '@pipeline/model';
import type { FlushReason } from './batch-assembler.ts';

export interface RecordBufferOptions {
	readonly bufferId: string;
	readonly runtime: Runtime;
	readonly capacity: number;
	readonly highWatermark: number;
	readonly lowWatermark: number;
	readonly affectedSources: readonly string[];
	readonly onBackPressure: (event: BackPressureEvent) => void;
}

/** Share of the high watermark at which a warning is given. */
const WARNING = 0.9;

/**
 * Validated records between validation and hand-off. Records that were taken out count until the next module has them. A full buffer refuses;
 * it never drops.
 */
export class RecordBuffer {
	readonly capacity: number;
	readonly highWatermark: number;
	readonly lowWatermark: number;
	readonly #options: RecordBufferOptions;
	readonly #warningDepth: number;
	#waiting: ValidatedRecord[] = [];
	#inFlight = 0;
	#activeSinceMs: number | undefined;
	#hasWarned = false;
	#waiters: (() => void)[] = [];

	constructor(options: RecordBufferOptions) {
		this.#options = options;
		this.capacity = options.capacity;
		this.highWatermark = options.highWatermark;
		this.lowWatermark = options.lowWatermark;
		// In records: 0.9 x 0.8 is a little more than 0.72 in floating point.
		this.#warningDepth = Math.ceil(Number((WARNING * this.highWatermark * this.capacity).toFixed(6)));
	}

	/** Records waiting or on their way. */
	get depth(): number {
		return this.#waiting.length + this.#inFlight;
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	get utilization(): number {
		return this.depth / this.capacity;
	}

	get isBackPressureActive(): boolean {
		return this.#activeSinceMs !== undefined;
	}

	/** False when the buffer is full. */
	enqueue(record: ValidatedRecord): boolean {
		if (this.depth >= this.capacity) return false;
		this.#waiting.push(record);
		this.#look();
		return true;
	}

	dequeue(max: number, _reason: FlushReason): ValidatedRecord[] {
		const taken = this.#waiting.splice(0, max);
		this.#inFlight += taken.length;
		return taken;
	}

	/** The next module has (or will never have) records that were taken out. */
	release(count: number): void {
		this.#inFlight -= count;
		this.#look();
		if (this.isBackPressureActive) return;
		for (const resume of this.#waiters.splice(0)) resume();
	}

	/** Resolves when back-pressure is over. */
	async ready(): Promise<void> {
		if (!this.isBackPressureActive && this.depth < this.capacity) return;
		await new Promise<void>((resolve) => this.#waiters.push(resolve));
	}

	#look(): void {
		const { utilization, highWatermark, lowWatermark } = this;
		const { runtime } = this.#options;
		if (this.#activeSinceMs === undefined && utilization >= highWatermark) {
			this.#activeSinceMs = runtime.now();
			this.#tell('ACTIVATED', 0);
		} else if (this.#activeSinceMs !== undefined && utilization < lowWatermark) {
			const durationMs = Math.round(runtime.elapsedMs(this.#activeSinceMs));
			this.#activeSinceMs = undefined;
			this.#hasWarned = false;
			this.#tell('DEACTIVATED', durationMs);
		} else if (this.#activeSinceMs === undefined && this.depth >= this.#warningDepth && !this.#hasWarned) {
			this.#hasWarned = true;
			this.#tell('THRESHOLD_WARNING', 0);
		}
		if (utilization < lowWatermark) this.#hasWarned = false;
	}

	#tell(eventType: BackPressureEvent['eventType'], durationActiveMs: number): void {
		const { bufferId, affectedSources, onBackPressure } = this.#options;
		onBackPressure({ bufferId, eventType, currentUtilization: this.utilization, durationActiveMs, affectedSources });
	}
}
