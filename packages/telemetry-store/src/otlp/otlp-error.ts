/** `OTLP_INVALID` it is no request of OTLP. `OTLP_TOO_LARGE` it has more, or deeper, than is taken at once: smaller requests may pass. */
export type OtlpErrorCode = 'OTLP_INVALID' | 'OTLP_TOO_LARGE';

/** A request that cannot be read. The message never holds anything of the request. */
export class OtlpError extends Error {
	override readonly name = 'OtlpError';
	readonly code: OtlpErrorCode;

	constructor(code: OtlpErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

export const invalid = (message: string, cause?: unknown): OtlpError =>
	new OtlpError('OTLP_INVALID', message, cause === undefined ? {} : { cause });
