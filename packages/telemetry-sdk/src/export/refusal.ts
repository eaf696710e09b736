/** HTTP: Bad Request, Content Too Large, Unprocessable Content. gRPC: INVALID_ARGUMENT. */
const REFUSALS: ReadonlySet<unknown> = new Set([400, 413, 422, 3]);
/** gRPC says so, too, when a receiver has too much to do; only its words tell whether the message is longer than it ever takes. */
const RESOURCE_EXHAUSTED = 8;
const TOO_LONG = /message larger than max/i;

/** Whether an export failed because of what the request says: sent again as it is, it would fail again. */
export function isRefusal(error: Error): boolean {
	const { code } = error as { readonly code?: unknown };
	return REFUSALS.has(code) || (code === RESOURCE_EXHAUSTED && TOO_LONG.test(error.message));
}
