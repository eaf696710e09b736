import { BoundedMap } from '@pipeline/telemetry-core/instrumentation';

const MAX_BATCHES = 4_096;
/** Most batch ids in one message. */
export const MAX_RELEASED = 1_024;

/** An inbound batch that is through its module, and the last batch that the module had sent on by then. */
interface Processed {
	readonly batchId: string;
	readonly upTo: number;
}

/**
 * Which batches have no open record left, so that whoever sent them need not wait for verdicts about them: a batch that is through its
 * module ends with all batches that the module had sent on by then. At most 4,096 of each kind; the oldest make room, which frees early.
 */
export class ReleasedBatches {
	/** By the module that sent them: batches not released yet, in the order of their numbers. */
	readonly #open = new Map<string, BoundedMap<string, number>>();
	/** By the edge they came over. */
	readonly #processed = new Map<string, Processed[]>();
	#last = 0;

	/** A batch leaves over an edge, for the first time or again. */
	sent(edge: string, batchId: string): void {
		const open = this.#openOf(sourceOf(edge));
		if (!open.has(batchId)) open.set(batchId, ++this.#last);
	}

	/** All records of a batch that was sent over an edge have ended, or will never arrive. */
	ended(edge: string, batchId: string): void {
		this.#open.get(sourceOf(edge))?.delete(batchId);
	}

	/** A batch that came over an edge is through the module there. */
	processed(edge: string, batchId: string): void {
		const waiting = this.#processed.get(edge) ?? [];
		this.#processed.set(edge, waiting);
		waiting.push({ batchId, upTo: this.#last });
		if (waiting.length > MAX_BATCHES) waiting.shift();
	}

	/** Batches that came over an edge and have ended since the last time. */
	take(edge: string): string[] {
		const waiting = this.#processed.get(edge) ?? [];
		const [oldestOpen = Number.POSITIVE_INFINITY] = this.#openOf(targetOf(edge)).values();
		const end = waiting.findIndex(({ upTo }) => upTo >= oldestOpen);
		const ended = waiting.splice(0, Math.min(end < 0 ? waiting.length : end, MAX_RELEASED));
		return ended.map(({ batchId }) => batchId);
	}

	#openOf(module: string): BoundedMap<string, number> {
		const open = this.#open.get(module) ?? new BoundedMap<string, number>(MAX_BATCHES);
		this.#open.set(module, open);
		return open;
	}
}

/** `ALPHA_BETA` leads from ALPHA to BETA. */
export const sourceOf = (edge: string): string => edge.slice(0, edge.indexOf('_'));
const targetOf = (edge: string): string => edge.slice(edge.indexOf('_') + 1);
