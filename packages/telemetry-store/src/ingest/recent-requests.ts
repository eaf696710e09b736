import { createHash } from 'node:crypto';
import { BoundedMap } from '@pipeline/telemetry-core';

const MAX_REQUESTS = 10_000;
const WINDOW_MS = 600_000;

interface Recent<Result> {
	readonly result: Promise<Result>;
	readonly at: number;
}

/**
 * Answers a request that was sent twice, because its first answer was lost or late, with the first answer. Requests are the same when all their
 * bytes are. The newest 10,000 of the last ten minutes are known; those that failed are forgotten.
 */
export class RecentRequests<Result> {
	readonly #recent = new BoundedMap<string, Recent<Result>>(MAX_REQUESTS);

	/** @param handle called for a request that is new. @returns its result, and whether it is not */
	answer(
		kind: string,
		body: Uint8Array,
		handle: () => Promise<Result>,
	): { result: Promise<Result>; isRepeated: boolean } {
		const key = createHash('sha256').update(kind).update(body).digest('base64');
		const known = this.#recent.get(key);
		if (known !== undefined && performance.now() - known.at < WINDOW_MS) {
			return { result: known.result, isRepeated: true };
		}
		const result = handle();
		this.#recent.delete(key);
		this.#recent.set(key, { result, at: performance.now() });
		result.catch(() => this.#recent.delete(key));
		return { result, isRepeated: false };
	}
}
