/** `INGEST_BUSY` too much waits, or the store is away: the same request may be sent again. `INGEST_CLOSED` nothing is taken any more. */
export type IngestErrorCode = 'INGEST_BUSY' | 'INGEST_CLOSED';

/** Nothing of the request counts as accepted: sending it again is right, and stores nothing twice that can be recognised. */
export class IngestError extends Error {
	override readonly name = 'IngestError';
	readonly code: IngestErrorCode;
	/** How long to wait before the same request is sent again. */
	readonly retryAfterMs: number;

	constructor(code: IngestErrorCode, message: string, retryAfterMs = 0, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		this.retryAfterMs = retryAfterMs;
	}
}

export const closed = (): IngestError => new IngestError('INGEST_CLOSED', 'Ingest was closed.');
