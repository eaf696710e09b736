import type { EnrichmentCode } from '../errors/codes.ts';

/** A source did not answer, or not usefully. Only `TRANSIENT` errors are worth another try. */
export class SourceError extends Error {
	readonly code: EnrichmentCode;
	readonly category: 'TRANSIENT' | 'PERMANENT';

	constructor(code: EnrichmentCode, category: 'TRANSIENT' | 'PERMANENT', message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = 'SourceError';
		this.code = code;
		this.category = category;
	}
}
