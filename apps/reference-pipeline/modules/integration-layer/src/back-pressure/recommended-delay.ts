const MIN_DELAY_MS = 10;
const MAX_DELAY_MS = 5_000;

/** A receiver's queue and how fast it empties. */
export interface QueueLoad {
	readonly depth: number;
	readonly capacity: number;
	/** Records that leave the queue each second. */
	readonly outflowPerSecond: number;
}

/** How long a sender should wait until the queue is at its low watermark, at the present outflow. 10 ms to 5 s. */
export function recommendedDelayMs(lowWatermark: number, { depth, capacity, outflowPerSecond }: QueueLoad): number {
	const surplus = depth - lowWatermark * capacity;
	const delayMs = Math.round((1_000 * surplus) / Math.max(outflowPerSecond, 1));
	return Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, delayMs));
}
