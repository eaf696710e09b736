/** Codes of problems that are the API's own; those of the store (`StoreErrorCode`) come beside them. */
export type ApiProblemCode =
	| 'REQUEST_INVALID'
	| 'NOT_AUTHENTICATED'
	| 'NOT_ALLOWED'
	| 'JUSTIFICATION_REQUIRED'
	| 'NOT_FOUND'
	| 'REQUEST_TOO_LARGE'
	| 'MEDIA_TYPE_UNSUPPORTED'
	| 'HOST_REFUSED'
	| 'TOO_MANY_REQUESTS'
	| 'BUSY'
	| 'INTERNAL';

export interface ProblemOptions {
	/** Seconds after which another try makes sense. */
	readonly retryAfterS?: number;
	readonly cause?: unknown;
}

/** Something that the caller is told: `application/problem+json` of RFC 9457. Its detail never holds a stored value. */
export class Problem extends Error {
	override readonly name = 'Problem';
	readonly status: number;
	readonly code: string;
	readonly retryAfterS: number | undefined;

	constructor(status: number, code: string, detail: string, { retryAfterS, cause }: ProblemOptions = {}) {
		super(detail, { cause });
		this.status = status;
		this.code = code;
		this.retryAfterS = retryAfterS;
	}
}

/** Only gives the code a type: the API's own problems are made here. */
export function apiProblem(status: number, code: ApiProblemCode, detail: string, options?: ProblemOptions): Problem {
	return new Problem(status, code, detail, options);
}

const TITLES: Readonly<Record<number, string>> = {
	400: 'The request cannot be understood',
	401: 'Authentication is needed',
	403: 'Not allowed',
	404: 'Not found',
	408: 'The request took too long to come',
	413: 'Too large',
	415: 'Unsupported media type',
	421: 'Not the host that was asked',
	429: 'Too many requests',
	503: 'Not available at the moment',
	504: 'Took too long',
};

/** The body of the answer. */
export interface ProblemBody {
	readonly type: string;
	readonly title: string;
	readonly status: number;
	readonly code: string;
	readonly detail: string;
	/** Of this request, as in the log of the observatory. */
	readonly requestId: string;
	/** Seconds until it is expected to work again. */
	readonly expectedRecoveryS?: number;
}

export function problemBody({ status, code, message, retryAfterS }: Problem, requestId: string): ProblemBody {
	return {
		type: `urn:pipeline:problem:${code.toLowerCase().replaceAll('_', '-')}`,
		title: TITLES[status] ?? 'Something went wrong',
		status,
		code,
		detail: message,
		requestId,
		...(retryAfterS === undefined ? {} : { expectedRecoveryS: retryAfterS }),
	};
}
