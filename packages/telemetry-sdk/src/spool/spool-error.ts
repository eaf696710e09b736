export type SpoolErrorCode = 'SPOOL_NOT_FOUND' | 'SPOOL_UNREADABLE' | 'SPOOL_VERSION_UNKNOWN' | 'ENTRY_UNREADABLE';

/** What is said of a failure, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A spool that cannot be read at all. What is wrong within one is a finding (`verifySpool`), not an error. */
export class SpoolError extends Error {
	override readonly name = 'SpoolError';
	readonly code: SpoolErrorCode;

	constructor(code: SpoolErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}
