/** HTTP: Bad Request, Content Too Large, Unprocessable Content. gRPC: INVALID_ARGUMENT. */
const REFUSALS: ReadonlySet<unknown> = new Set([400, 413, 422, 3]);

/** Whether an export failed because of what the request says: sent again as it is, it would fail again. */
export function isRefusal(error: Error): boolean {
	return REFUSALS.has((error as { readonly code?: unknown }).code);
}
