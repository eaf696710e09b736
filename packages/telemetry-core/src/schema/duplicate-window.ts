import { BoundedMap } from '../runtime/bounded-map.ts';

/** How much is remembered. */
export interface DuplicateWindowOptions {
	/** Milliseconds from any fixed point, never running backwards. @default performance.now */
	readonly now?: () => number;
	/** @default 600_000 (10 minutes) */
	readonly windowMs?: number;
	/** Ids remembered at the same time; beyond it the oldest is forgotten. @default 100_000 */
	readonly maxIds?: number;
}

/** For EV17: tells whether an event id was seen in the window, and remembers it. */
export function createDuplicateWindow(options: DuplicateWindowOptions = {}): (eventId: string) => boolean {
	const { now = () => performance.now(), windowMs = 600_000, maxIds = 100_000 } = options;
	const seenAtMs = new BoundedMap<string, number>(maxIds);
	return (eventId) => {
		const nowMs = now();
		const previousMs = seenAtMs.get(eventId);
		if (previousMs !== undefined && nowMs - previousMs < windowMs) return true;
		seenAtMs.delete(eventId);
		seenAtMs.set(eventId, nowMs);
		return false;
	};
}
