import type { SpanProcessor } from '@opentelemetry/sdk-trace';

/** Puts namespace, product and mode on every span of this process, those of libraries included. */
export function commonAttributesProcessor(attributes: Readonly<Record<string, string>>): SpanProcessor {
	return {
		onStart(span) {
			span.setAttributes(attributes);
		},
		onEnd() {},
		forceFlush: async () => {},
		shutdown: async () => {},
	};
}
