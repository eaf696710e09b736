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

/** Code of an error or of what caused it; undefined when none of them has one. */
export function codeOf(failure: unknown): string | undefined {
	let error = failure;
	for (let depth = 0; depth <= MAX_CAUSES && typeof error === 'object' && error !== null; depth++) {
		const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
		if (typeof code === 'string') return code;
		error = cause;
	}
	return undefined;
}

/** `RES_…` when the error says that memory, file handles, threads, disk or connections ran out. */
export function resourceCode(failure: unknown): string | undefined {
	return RESOURCE_CODES.get(codeOf(failure));
}
