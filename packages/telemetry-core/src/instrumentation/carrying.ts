// Hot path: runs for every wrapped call of every record.
import { type Journal, NO_JOURNAL, type RecordTracer, type Stage } from '../journal/tracer.ts';

/**
 * Names the object that carries a record's position across a call, where the first argument cannot: it is frozen, a primitive, a buffer.
 * Reads the call's first two arguments and its receiver.
 */
export type CarrierOf = (first: never, second: never, self: never) => object | undefined;

/** The carrier that a binding names for a call, else the call's first argument. */
export function carriedBy(carrier: CarrierOf | undefined): (first: unknown, second: unknown, self: unknown) => object {
	return (first, second, self) => carrier?.(first as never, second as never, self as never) ?? (first as object);
}

/**
 * A new item goes on where the one it was made from stood, unless it carries a position already: modules that know nothing of carriers do
 * not copy them.
 */
export function handOver(tracer: RecordTracer, journal: Journal, stage: Stage, item: unknown): void {
	if (journal === NO_JOURNAL || typeof item !== 'object' || item === null) return;
	if (tracer.journalOf(item) === NO_JOURNAL) tracer.attach(item, journal, stage);
}
