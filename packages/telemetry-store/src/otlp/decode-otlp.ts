import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { checkBodySize, OtlpBudget } from './otlp-budget.ts';
import type { ItemsOf, OtlpEncoding, OtlpGroup, Signal } from './otlp-types.ts';

/** A request, whichever encoding it came in. */
export interface OtlpRequest<S extends Signal> {
	readonly signal: S;
	readonly groups: readonly OtlpGroup<ItemsOf[S]>[];
}

/**
 * The groups of a request, each read when it is asked for: a request of many megabytes need not hold up everything else. Only when all of them
 * were read is it known that the request is a whole one.
 *
 * @throws OtlpError `OTLP_INVALID`, `OTLP_TOO_LARGE`; from `next` too
 */
export function otlpGroups<S extends Signal>(
	signal: S,
	encoding: OtlpEncoding,
	body: Uint8Array,
): Generator<OtlpGroup<ItemsOf[S]>> {
	checkBodySize(body, encoding);
	const decode = encoding === 'json' ? decodeJson : decodeProtobuf;
	return decode(signal, body, new OtlpBudget());
}

/** Reads a whole request at once. @throws OtlpError `OTLP_INVALID`, `OTLP_TOO_LARGE` */
export function decodeOtlp<S extends Signal>(signal: S, encoding: OtlpEncoding, body: Uint8Array): OtlpRequest<S> {
	return { signal, groups: [...otlpGroups(signal, encoding, body)] };
}
