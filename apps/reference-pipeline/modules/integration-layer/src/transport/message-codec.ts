import { CodecError, fromWire, JOURNAL, STAGE, toWire } from '@pipeline/model';
import { assertMessage } from '../protocol/assert-message.ts';
import type { Message } from '../protocol/message.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';

/** The only place where messages become bytes and bytes messages. */
export class MessageCodec {
	/**
	 * JSON in UTF-8.
	 * @throws CodecError when a record is nested deeper than a reader takes
	 */
	encode(message: Message): Uint8Array {
		return Buffer.from(JSON.stringify(toWire(message)));
	}

	/** @throws ProtocolError for anything that is no message */
	decode(bytes: Uint8Array): Message {
		const message = parse(bytes);
		assertMessage(message);
		if ('records' in message) {
			// Items decoded here go through stages again, so they get empty slots.
			for (const record of message.records) {
				record[JOURNAL] = 0;
				record[STAGE] = 0;
			}
		}
		return message;
	}
}

function parse(bytes: Uint8Array): unknown {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		return fromWire(JSON.parse(text));
	} catch (error) {
		if (error instanceof CodecError) throw new ProtocolError('FRAME_MALFORMED', error.message);
		throw new ProtocolError('FRAME_MALFORMED', 'the frame is not JSON in UTF-8');
	}
}
