/** What went wrong with an event or its log record. */
export type TelemetryEventErrorCode =
	/** Not an object, or one that throws when it is read. */
	| 'EVENT_UNREADABLE'
	/** The event breaks its schema. */
	| 'EVENT_INVALID'
	/** A rule rejects the event. */
	| 'EVENT_REJECTED'
	/** Not an object, or one that throws when it is read. */
	| 'LOG_RECORD_UNREADABLE'
	/** A field without which the record is no event. */
	| 'LOG_RECORD_FIELD_MISSING'
	/** A field that no event could have written. */
	| 'LOG_RECORD_FIELD_INVALID';

/** An event that cannot be read, written or accepted. */
export class TelemetryEventError extends Error {
	override readonly name = 'TelemetryEventError';
	readonly code: TelemetryEventErrorCode;
	/** Field (dotted), where one is to blame. */
	readonly path: string | undefined;

	constructor(
		code: TelemetryEventErrorCode,
		message: string,
		options: { readonly path?: string; readonly cause?: unknown } = {},
	) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.path = options.path;
	}
}
