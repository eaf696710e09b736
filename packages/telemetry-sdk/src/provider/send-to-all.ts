import type { EncodedSpans } from '../encoding/trace-request.ts';
import type { SpanSink } from './trace-pipeline.ts';

/** Hands a request to all sinks. Those of applications may throw, or be async and reject: that is told, and the others get it all the same. */
export function sendToAll(
	sinks: readonly SpanSink[],
	request: EncodedSpans,
	onFailure: (error: unknown, spans: number) => void,
): void {
	const fail = (error: unknown) => onFailure(error, request.spans);
	for (const sink of sinks) {
		try {
			const sent: unknown = sink.send(request);
			if (sent instanceof Promise) sent.catch(fail);
		} catch (error) {
			fail(error);
		}
	}
}
