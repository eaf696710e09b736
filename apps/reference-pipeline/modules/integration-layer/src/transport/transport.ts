import { CodecError, type TypedEmitter } from '@pipeline/model';
import type { Message } from '../protocol/message.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';

/** What a transport tells the end that uses it. */
export interface TransportEvents {
	message: Message;
	connected: undefined;
	disconnected: undefined;
	/** A message from the peer, or for it, that breaks the protocol; it was dropped. A broken frame ends the connection. */
	rejected: ProtocolError;
}

/** One end of a connection between two modules. Order is kept; delivery is not promised. */
export interface Transport {
	readonly events: TypedEmitter<TransportEvents>;
	readonly isConnected: boolean;
	/**
	 * Resolves when the message was handed to the peer or to the network.
	 * @throws NotConnectedError when there is no connection, or it breaks before everything was written
	 * @throws ProtocolError FRAME_TOO_LARGE when no peer would take it
	 */
	send(message: Message): Promise<void>;
	/** Ends the connection for good. */
	close(): Promise<void>;
}

/** No connection to the peer at this moment. */
export class NotConnectedError extends Error {
	readonly code = 'INT_MOD_001_UNAVAILABLE';

	constructor() {
		super('the peer is not connected');
		this.name = 'NotConnectedError';
	}
}

/** Decides about each message on its way: how many copies arrive, and what they are. For tests of recovery. */
export type FaultInjector = (message: Message) => readonly Message[];

/**
 * Sends what nobody waits for. A message that breaks the protocol is dropped and reported by the transport's `rejected`.
 * False when there is no connection.
 */
export async function sendUnawaited(transport: Transport, message: Message): Promise<boolean> {
	try {
		await transport.send(message);
	} catch (error) {
		if (error instanceof NotConnectedError) return false;
		if (error instanceof ProtocolError) transport.events.emit('rejected', error);
		else if (error instanceof CodecError)
			transport.events.emit('rejected', new ProtocolError('FRAME_MALFORMED', error.message));
		else throw error;
	}
	return true;
}
