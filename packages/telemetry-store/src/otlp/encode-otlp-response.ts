import protobuf from 'protobufjs/minimal.js';
import type { OtlpEncoding, Signal } from './otlp-types.ts';

const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
	traces: 'rejectedSpans',
	logs: 'rejectedLogRecords',
	metrics: 'rejectedDataPoints',
};

/** The answer to a request: an `Export…ServiceResponse`, which names what was refused, and is empty when nothing was and nothing is to say. */
export function encodeOtlpResponse(
	signal: Signal,
	encoding: OtlpEncoding,
	{ rejected, message = '' }: { readonly rejected: number; readonly message?: string },
): Uint8Array {
	const isPartial = rejected > 0 || message !== '';
	if (encoding === 'json') {
		const partialSuccess = { [REJECTED_NAMES[signal]]: String(rejected), errorMessage: message };
		return Buffer.from(JSON.stringify(isPartial ? { partialSuccess } : {}));
	}
	if (!isPartial) return new Uint8Array(0);
	const writer = protobuf.Writer.create().uint32(10).fork();
	if (rejected > 0) writer.uint32(8).int64(rejected);
	if (message !== '') writer.uint32(18).string(message);
	return writer.ldelim().finish();
}
