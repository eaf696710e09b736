/**
 * `STORE_UNAVAILABLE` it cannot be reached, or went away: worth another try later. `STORE_LOCKED` another process has the data directory open.
 * `ENGINE_MISSING` the embedded engine is not installed. `ACCESS_DENIED` the server refuses the credentials. `SCHEMA_MISSING` a table is not
 * there: migrate. `SCHEMA_INVALID` migrations do not fit what the store says was applied, or a table that is there. `QUERY_TIMEOUT` it took too
 * long (this is not "no result"). `QUERY_TOO_LARGE` it needs more memory or more rows than are allowed. `QUERY_INVALID` what was asked for makes
 * no sense. `QUERY_FAILED` the engine refuses it. `STORE_CLOSED` it was closed.
 */
export type StoreErrorCode =
	| 'STORE_UNAVAILABLE'
	| 'STORE_LOCKED'
	| 'ENGINE_MISSING'
	| 'ACCESS_DENIED'
	| 'SCHEMA_MISSING'
	| 'SCHEMA_INVALID'
	| 'QUERY_TIMEOUT'
	| 'QUERY_TOO_LARGE'
	| 'QUERY_INVALID'
	| 'QUERY_FAILED'
	| 'STORE_CLOSED';

/** Whatever goes wrong in the store. The message never holds a value of a query: it may be shown to whoever asked. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
	readonly code: StoreErrorCode;

	constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/** Numbers of ClickHouse's errors that mean something of their own here. */
const ENGINE_CODES: Readonly<Record<string, readonly [StoreErrorCode, string]>> = {
	'60': ['SCHEMA_MISSING', 'A table is missing: run the migrations.'],
	'81': ['SCHEMA_MISSING', 'The database is missing: run the migrations.'],
	'47': ['SCHEMA_MISSING', 'A column is missing: run the migrations.'],
	'159': ['QUERY_TIMEOUT', 'The query took too long.'],
	'160': ['QUERY_TIMEOUT', 'The query would take too long.'],
	'241': ['QUERY_TOO_LARGE', 'The query needs more memory than it may have.'],
	'396': ['QUERY_TOO_LARGE', 'The query has more rows than it may have.'],
	'193': ['ACCESS_DENIED', 'The store refuses these credentials.'],
	'194': ['ACCESS_DENIED', 'The store refuses these credentials.'],
	'497': ['ACCESS_DENIED', 'The store does not let this user do that.'],
	'516': ['ACCESS_DENIED', 'The store refuses these credentials.'],
};

export const LOCKED = 'Another process has this data directory open: ask that process instead.';
const SOCKET_CODES = new Set([
	...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
	...['EHOSTUNREACH', 'ENETUNREACH', 'ERR_SOCKET_CLOSED', 'UND_ERR_SOCKET'],
]);

/** Whatever a connection threw, as an error of the store. What the engine said stays its cause, and out of the message. */
export function storeErrorOf(cause: unknown): StoreError {
	if (cause instanceof StoreError) return cause;
	const {
		code,
		clickhouseCode,
		message = '',
	} = (cause ?? {}) as {
		readonly code?: unknown;
		readonly clickhouseCode?: unknown;
		readonly message?: string;
	};
	if (/Cannot lock file/.test(message)) return new StoreError('STORE_LOCKED', LOCKED, { cause });
	if (/only one active data directory/.test(message)) {
		return new StoreError(
			'STORE_LOCKED',
			'This process has another data directory open: the engine has one at a time.',
			{ cause },
		);
	}
	const number = [clickhouseCode, code, /\bCode: (\d+)/.exec(message)?.[1]]
		.map(String)
		.find((text) => /^\d+$/.test(text));
	if (number === undefined) {
		const isSocket = SOCKET_CODES.has(String(code)) || /socket hang up|timeout error/i.test(message);
		const what = isSocket ? 'The store cannot be reached.' : 'The store gives no answer that can be read.';
		return new StoreError('STORE_UNAVAILABLE', what, { cause });
	}
	const [known, what] = ENGINE_CODES[number] ?? ['QUERY_FAILED', `The store refuses the query (error ${number}).`];
	return new StoreError(known, what, { cause });
}
