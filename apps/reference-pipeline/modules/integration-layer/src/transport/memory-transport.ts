import { createEmitter, type TypedEmitter } from '@pipeline/model';
import type { Message } from '../protocol/message.ts';
import { MessageCodec } from './message-codec.ts';
import { type FaultInjector, NotConnectedError, type Transport, type TransportEvents } from './transport.ts';

/** How messages go from one end to the other. */
export interface MemoryTransportOptions {
	/** Encodes and decodes each message as if it left the process. @default false: messages go by reference */
	readonly encodes?: boolean;
	readonly faults?: FaultInjector | undefined;
}

/** Both ends in one process. */
export class MemoryTransport implements Transport {
	readonly events: TypedEmitter<TransportEvents> = createEmitter<TransportEvents>();
	readonly codec = new MessageCodec();
	readonly #options: MemoryTransportOptions;
	#peer: MemoryTransport | undefined;

	constructor(options: MemoryTransportOptions = {}) {
		this.#options = options;
	}

	/** Two connected ends. */
	static pair(options: MemoryTransportOptions = {}): [MemoryTransport, MemoryTransport] {
		const ends: [MemoryTransport, MemoryTransport] = [new MemoryTransport(options), new MemoryTransport(options)];
		ends[0].join(ends[1]);
		return ends;
	}

	get isConnected(): boolean {
		return this.#peer !== undefined;
	}

	/** Connects two ends: after `close`, the one that is left to another, as when a module restarts. */
	join(peer: MemoryTransport): void {
		this.#peer = peer;
		peer.#peer = this;
		this.events.emit('connected', undefined);
		peer.events.emit('connected', undefined);
	}

	async send(message: Message): Promise<void> {
		const peer = this.#peer;
		if (peer === undefined) throw new NotConnectedError();
		const arriving = this.#options.encodes ? peer.codec.decode(this.codec.encode(message)) : message;
		const copies = this.#options.faults?.(arriving) ?? [arriving];
		for (const copy of copies) setImmediate(() => this.#deliver(copy, peer));
	}

	async close(): Promise<void> {
		const peer = this.#peer;
		if (peer === undefined) return;
		this.#peer = undefined;
		peer.#peer = undefined;
		this.events.emit('disconnected', undefined);
		peer.events.emit('disconnected', undefined);
	}

	// On a later turn, as from a network: the receiver never runs inside the sender's call, and a broken connection loses
	// what was on its way.
	#deliver(message: Message, peer: MemoryTransport): void {
		if (this.#peer === peer) peer.events.emit('message', message);
	}
}
