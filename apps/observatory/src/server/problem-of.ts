import type { FastifyError } from 'fastify';
import { apiProblem, Problem } from './problem.ts';

/** Status and, where another try makes sense, seconds until then, by code of an error of the store. */
const STORE_PROBLEMS: Readonly<Record<string, readonly [status: number, retryAfterS?: number]>> = {
	QUERY_INVALID: [400],
	QUERY_TOO_LARGE: [400],
	QUERY_TIMEOUT: [504],
	STORE_UNAVAILABLE: [503, 5],
	STORE_LOCKED: [503, 30],
	STORE_CLOSED: [503, 10],
	// Nothing that the caller could do better: whoever runs the observatory can.
	ENGINE_MISSING: [503, 60],
	SCHEMA_MISSING: [503, 60],
	SCHEMA_INVALID: [503, 60],
};

const FRAMEWORK_PROBLEMS: Readonly<Record<string, (detail: string) => Problem>> = {
	FST_ERR_VALIDATION: (detail) => apiProblem(400, 'REQUEST_INVALID', detail),
	FST_ERR_CTP_BODY_TOO_LARGE: () => apiProblem(413, 'REQUEST_TOO_LARGE', 'The body of the request is too large.'),
	FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
		apiProblem(415, 'MEDIA_TYPE_UNSUPPORTED', 'The Content-Type of the request is not understood here.'),
	FST_ERR_CTP_EMPTY_JSON_BODY: () => apiProblem(400, 'REQUEST_INVALID', 'The body of the request is empty.'),
	FST_ERR_CTP_INVALID_JSON_BODY: () => apiProblem(400, 'REQUEST_INVALID', 'The body of the request is no JSON.'),
	FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
		apiProblem(400, 'REQUEST_INVALID', 'The body of the request does not have the announced length.'),
};

/** Whatever was thrown, as what the caller may know of it: no stack, no message of something unforeseen. */
export function problemOf(error: unknown): Problem {
	if (error instanceof Problem) return error;
	const { code, message, statusCode } = (error ?? {}) as Partial<FastifyError>;
	if (isStoreError(error)) {
		if (error.code === 'ACCESS_DENIED') return accessProblem(error);
		const [status, retryAfterS] = STORE_PROBLEMS[error.code] ?? [500];
		return new Problem(status, error.code, error.message, {
			cause: error,
			...(retryAfterS === undefined ? {} : { retryAfterS }),
		});
	}
	const framework = FRAMEWORK_PROBLEMS[code ?? ''];
	if (framework !== undefined) return framework(message ?? '');
	// What Fastify and its parsers refuse for another reason is the caller's doing, in words of their own.
	if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
		return apiProblem(statusCode, 'REQUEST_INVALID', 'The request is malformed.', { cause: error });
	}
	return apiProblem(500, 'INTERNAL', 'Something went wrong here; the log of the observatory says what.', {
		cause: error,
	});
}

/** The engine refuses the observatory (which is its operator's to mend), or the store refuses what the caller's scope does not hold. */
function accessProblem(error: Error): Problem {
	return error.cause === undefined
		? apiProblem(403, 'NOT_ALLOWED', error.message, { cause: error })
		: new Problem(503, 'STORE_UNAVAILABLE', 'The store does not let the observatory in.', {
				retryAfterS: 60,
				cause: error,
			});
}

/** By its name: an error may come from another copy of the class. */
function isStoreError(error: unknown): error is Error & { readonly code: string } {
	return error instanceof Error && error.name === 'StoreError' && 'code' in error && typeof error.code === 'string';
}
