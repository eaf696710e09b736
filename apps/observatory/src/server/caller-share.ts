import type { onRequestAsyncHookHandler } from 'fastify';
import { apiProblem } from './problem.ts';

/** Lets a caller have so many requests at the same time: whoever does not read the answers takes no place but its own. After the caller is known. */
export function callerShare(max: number): onRequestAsyncHookHandler {
	const running = new Map<string, number>();
	return async ({ caller }, reply) => {
		if (caller === undefined) return;
		const { key } = caller;
		const count = (running.get(key) ?? 0) + 1;
		running.set(key, count);
		reply.raw.once('close', () => {
			const left = (running.get(key) ?? 1) - 1;
			if (left > 0) running.set(key, left);
			else running.delete(key);
		});
		if (count > max) {
			const detail = 'This caller has too many requests at the same time.';
			throw apiProblem(429, 'TOO_MANY_REQUESTS', detail, { retryAfterS: 1 });
		}
	};
}
