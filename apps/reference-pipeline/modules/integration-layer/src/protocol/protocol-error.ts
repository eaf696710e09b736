/** What a message or a frame did wrong. */
export type ProtocolFault =
	| 'PROTOCOL_HEADER'
	| 'PROTOCOL_VERSION'
	| 'PROTOCOL_TYPE'
	| 'PROTOCOL_SHAPE'
	| 'FRAME_TOO_LARGE'
	| 'FRAME_MALFORMED';

/** A message that does not keep the protocol. Sending it again would not help. */
export class ProtocolError extends Error {
	readonly code: ProtocolFault;

	constructor(code: ProtocolFault, message: string) {
		super(message);
		this.name = 'ProtocolError';
		this.code = code;
	}
}
