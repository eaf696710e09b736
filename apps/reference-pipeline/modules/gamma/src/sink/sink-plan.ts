import { createHash } from 'node:crypto';

/** What a sink does with a share of its posts, decided by seed, content and how often it came, never by order. */
export interface SinkPlan {
	readonly seed?: string | number;
	/** Share answered 503. */
	readonly failRatio?: number;
	/** Share answered 422, every time they come. */
	readonly rejectRatio?: number;
	/** Share answered 429 with retry-after. */
	readonly rateLimitRatio?: number;
	/** @default 1 */
	readonly retryAfterSeconds?: number;
	/** Share answered late. */
	readonly delayRatio?: number;
	/** @default 0 */
	readonly delayMs?: number;
	/** Share whose asynchronous acknowledgment is never sent. */
	readonly dropAckRatio?: number;
	/** Share whose asynchronous acknowledgment says ERROR. */
	readonly negativeAckRatio?: number;
}

/** What happens to one record of a post. */
export type SinkVerdict = 'ACCEPT' | 'REJECT' | 'FAIL' | 'RATE_LIMIT';

/** Decides for the n-th time that this content comes. */
export function verdictOf(plan: SinkPlan, content: string, time: number): SinkVerdict {
	if (chance(plan, 'reject', content, 0) < (plan.rejectRatio ?? 0)) return 'REJECT';
	if (chance(plan, 'fail', content, time) < (plan.failRatio ?? 0)) return 'FAIL';
	return chance(plan, 'rate', content, time) < (plan.rateLimitRatio ?? 0) ? 'RATE_LIMIT' : 'ACCEPT';
}

/** A number from 0 to below 1 that the seed, the topic, the content and the count decide. */
export function chance(plan: SinkPlan, topic: string, content: string, time: number): number {
	const text = `${plan.seed ?? 0}/${topic}/${time}/${content}`;
	return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
