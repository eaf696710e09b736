import { Problem } from './problem.ts';
import { problemOf } from './problem-of.ts';

/** What is thrown while telemetry is taken in, as senders understand it: they try 429, 502, 503 and 504 again, and nothing else. */
export function otlpProblem(error: unknown): Problem {
	const { name, code, message, retryAfterMs } = (error ?? {}) as {
		readonly name?: unknown;
		readonly code?: unknown;
		readonly message?: string;
		readonly retryAfterMs?: unknown;
	};
	if (name === 'OtlpError') {
		return new Problem(code === 'OTLP_TOO_LARGE' ? 413 : 400, String(code), message ?? 'It is no OTLP.', {
			cause: error,
		});
	}
	if (name === 'IngestError') {
		const waitS = typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1_000)) : 5;
		return new Problem(code === 'INGEST_BUSY' ? 429 : 503, String(code), message ?? '', {
			retryAfterS: waitS,
			cause: error,
		});
	}
	const problem = problemOf(error);
	// Telemetry that the store refuses now may be taken later: a sender that gives up would lose it.
	if (problem.status < 500 || problem.status === 503) return problem;
	return new Problem(503, problem.code, problem.message, { retryAfterS: problem.retryAfterS ?? 5, cause: error });
}
