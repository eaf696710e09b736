import type { MessageType } from '@pipeline/model';
import * as v from 'valibot';
import type { Message } from './message.ts';
import { bodyShapes, headerShape } from './message-shapes.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * Checks what every receiver relies on, once, where a message enters.
 * @throws ProtocolError saying which part is wrong
 */
export function assertMessage(value: unknown): asserts value is Message {
	const header = (value as { readonly header?: unknown } | null)?.header;
	if (typeof header !== 'object' || header === null)
		throw new ProtocolError('PROTOCOL_HEADER', 'a message needs a header');
	const { protocolVersion, messageType } = header as Readonly<Record<string, unknown>>;
	if (typeof protocolVersion !== 'string' || !/^1\.\d{1,9}(\.\d{1,9})?$/.test(protocolVersion)) {
		throw new ProtocolError('PROTOCOL_VERSION', 'only protocol 1.x is understood');
	}
	if (typeof messageType !== 'string' || !Object.hasOwn(bodyShapes, messageType)) {
		throw new ProtocolError('PROTOCOL_TYPE', 'the message type is unknown');
	}
	check(headerShape, header, 'PROTOCOL_HEADER', 'header');
	check(bodyShapes[messageType as MessageType], value, 'PROTOCOL_SHAPE', messageType);
}

function check(shape: v.GenericSchema, value: unknown, code: ProtocolError['code'], what: string): void {
	const { issues } = v.safeParse(shape, value, { abortEarly: true });
	if (issues === undefined) return;
	throw new ProtocolError(code, `${what} ${v.getDotPath(issues[0]) ?? ''}: ${issues[0].message.slice(0, 200)}`);
}
