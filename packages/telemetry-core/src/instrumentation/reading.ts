/**
 * Reads one fact off a domain object. A binding writes it with the module's own types; undefined where there is none.
 * The parameter is `never`, so that a function of any object is accepted.
 */
export type Read<V> = (item: never) => V | undefined;

/** Applies a reader that may be missing. */
export function read<V>(reader: Read<V> | undefined, item: unknown): V | undefined {
	return reader === undefined ? undefined : reader(item as never);
}
