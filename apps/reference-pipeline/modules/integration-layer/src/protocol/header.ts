import type { MessageHeader, MessageType, Module, Runtime } from '@pipeline/model';

/** Version that this side writes; readers accept every 1.x. */
export const PROTOCOL_VERSION = '1.1.0';

/** What a header says that is not the same for every message. */
export interface HeaderFacts {
	readonly source: Module;
	readonly target: Module;
	readonly type: MessageType;
	readonly correlationId: string;
}

/** A header with an id and a time of its own. */
export function createHeader(runtime: Runtime, { source, target, type, correlationId }: HeaderFacts): MessageHeader {
	return {
		messageId: runtime.uuid('message'),
		correlationId,
		sourceModule: source,
		targetModule: target,
		messageType: type,
		timestamp: runtime.timestamp(),
		protocolVersion: PROTOCOL_VERSION,
	};
}
