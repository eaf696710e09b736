import { decodeOtlp } from '../encoding/decode-otlp.ts';
import type { Received } from '../export/http-sink.ts';

/** A span as it arrived. */
export interface ReceivedSpan {
	readonly name: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string;
	readonly traceState: string;
	readonly flags: number;
	readonly attributes: Readonly<Record<string, string | undefined>>;
}

interface Decoded {
	readonly resourceSpans: readonly {
		readonly scopeSpans: readonly {
			readonly spans: readonly (Omit<ReceivedSpan, 'attributes'> & {
				readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
			})[];
		}[];
	}[];
}

/** Every span that a sink was sent, from whomever. */
export function receivedSpans(received: readonly Received[]): ReceivedSpan[] {
	return received
		.filter(({ path }) => path === '/v1/traces')
		.flatMap(({ body }) => (decodeOtlp(body) as Decoded).resourceSpans)
		.flatMap(({ scopeSpans }) => scopeSpans)
		.flatMap(({ spans }) => spans)
		.map((span) => ({
			...span,
			attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue])),
		}));
}
