import type { TextMapPropagator } from '@opentelemetry/api';
import { PipelinePropagator } from '@pipeline/telemetry-core/propagation';
import type { PropagatorName } from '../settings/settings.ts';

const HEADERS: Readonly<Record<PropagatorName, readonly string[]>> = {
	tracecontext: ['traceparent', 'tracestate'],
	baggage: ['baggage'],
};
/** Whatever calls out, calls out to anybody: of baggage no more than the namespace goes with it. */
const OUTGOING_BAGGAGE = ['pipeline.namespace'];

/** Headers of calls by libraries. @returns undefined for none */
export function propagatorOf(names: readonly PropagatorName[]): TextMapPropagator | undefined {
	const headers = names.flatMap((name) => HEADERS[name]);
	const all = new PipelinePropagator({ baggageKeys: OUTGOING_BAGGAGE });
	if (headers.length === 0) return undefined;
	if (all.fields().every((header) => headers.includes(header))) return all;
	const isOurs = (header: string) => headers.includes(header.toLowerCase());
	return {
		inject(context, carrier, setter) {
			all.inject(context, carrier, {
				set(into, header, value) {
					if (isOurs(header)) setter.set(into, header, value);
				},
			});
		},
		extract: (context, carrier, getter) =>
			all.extract(context, carrier, {
				keys: (from) => getter.keys(from).filter(isOurs),
				get: (from, header) => (isOurs(header) ? getter.get(from, header) : undefined),
			}),
		fields: () => headers,
	};
}
