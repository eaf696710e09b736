/** Why an export failed, as `pipeline.telemetry.exporter.counter.export_failures_total` tells it. */
export type ExportFailure = 'TIMEOUT' | 'UNAVAILABLE' | 'AUTH' | 'REJECTED' | 'OTHER';

const CODES: ReadonlyMap<unknown, ExportFailure> = new Map([
	...byCode('AUTH', 401, 403, 'UNAUTHENTICATED', 'PERMISSION_DENIED'),
	...byCode('TIMEOUT', 408, 504, 'DEADLINE_EXCEEDED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'),
	...byCode('UNAVAILABLE', 429, 502, 503, 'UNAVAILABLE', 'RESOURCE_EXHAUSTED'),
	...byCode(
		'UNAVAILABLE',
		'ECONNREFUSED',
		'ECONNRESET',
		'EPIPE',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EHOSTUNREACH',
		'ENETUNREACH',
	),
	...byCode('REJECTED', 'INVALID_ARGUMENT', 'NOT_FOUND', 'FAILED_PRECONDITION', 'OUT_OF_RANGE', 'UNIMPLEMENTED'),
]);

/** @see https://grpc.io/docs/guides/status-codes/ */
const GRPC: Readonly<Record<number, string>> = {
	3: 'INVALID_ARGUMENT',
	4: 'DEADLINE_EXCEEDED',
	5: 'NOT_FOUND',
	7: 'PERMISSION_DENIED',
	8: 'RESOURCE_EXHAUSTED',
	9: 'FAILED_PRECONDITION',
	11: 'OUT_OF_RANGE',
	12: 'UNIMPLEMENTED',
	14: 'UNAVAILABLE',
	16: 'UNAUTHENTICATED',
};

function byCode(failure: ExportFailure, ...codes: readonly unknown[]): readonly (readonly [unknown, ExportFailure])[] {
	return codes.map((code) => [code, failure]);
}

/** What the error of an OTLP exporter means: by its HTTP status, gRPC status or network error, else by what its transport says. */
export function exportFailure(error: unknown): ExportFailure {
	const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
	const isNumber = typeof code === 'number';
	const known = CODES.get(isNumber ? (GRPC[code] ?? code) : code);
	if (known !== undefined) return known;
	if (isNumber && code >= 400 && code < 500) return 'REJECTED';
	if (typeof message !== 'string') return 'OTHER';
	if (/timed out/i.test(message)) return 'TIMEOUT';
	return /retryable status/.test(message) ? 'UNAVAILABLE' : 'OTHER';
}
