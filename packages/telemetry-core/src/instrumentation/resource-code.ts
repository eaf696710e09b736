/** System errors that say that a resource ran out, and the code that every module's table has for it. */
const RESOURCE_CODES: ReadonlyMap<unknown, string> = new Map([
	['ENOMEM', 'RES_001_MEMORY'],
	['ERR_WORKER_OUT_OF_MEMORY', 'RES_001_MEMORY'],
	['EMFILE', 'RES_002_FILE_HANDLES'],
	['ENFILE', 'RES_002_FILE_HANDLES'],
	['ERR_WORKER_INIT_FAILED', 'RES_003_THREADS'],
	['ENOSPC', 'RES_004_DISK'],
	['EDQUOT', 'RES_004_DISK'],
	['ENOBUFS', 'RES_005_CONNECTIONS'],
	['EADDRNOTAVAIL', 'RES_005_CONNECTIONS'],
]);

/** Errors that wrap others, followed at most so far. */
const MAX_CAUSES = 4;

/** Codes of an error and of what caused it, the outermost first. */
function codesOf(failure: unknown): string[] {
	const codes: string[] = [];
	let error = failure;
	for (let depth = 0; depth <= MAX_CAUSES && typeof error === 'object' && error !== null; depth++) {
		const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
		if (typeof code === 'string') codes.push(code);
		error = cause;
	}
	return codes;
}

/** Code of an error or of what caused it; undefined when none of them has one. */
export const codeOf = (failure: unknown): string | undefined => codesOf(failure)[0];

/** `RES_…` when the error, or what caused it, says that memory, file handles, threads, disk or connections ran out. */
export function resourceCode(failure: unknown): string | undefined {
	const code = codesOf(failure).find((known) => RESOURCE_CODES.has(known));
	return RESOURCE_CODES.get(code);
}
