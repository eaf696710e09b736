import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createEmitter, type TypedEmitter } from '@pipeline/model';
import type { Message } from '../protocol/message.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { FrameReader, frame } from './frames.ts';
import { MessageCodec } from './message-codec.ts';
import { type FaultInjector, NotConnectedError, type Transport, type TransportEvents } from './transport.ts';

/** How frames are bounded and connections renewed. */
export interface TcpTransportOptions {
	/** Longest message written or read, in bytes. @default 256 MiB */
	readonly maxFrameBytes?: number | undefined;
	/** Pause before the connecting end tries again. @default 100 */
	readonly reconnectDelayMs?: number | undefined;
	readonly faults?: FaultInjector | undefined;
}

const DEFAULT_MAX_FRAME_BYTES = 256 * 1024 * 1024;
const LOOPBACK = '127.0.0.1';

/**
 * Length-prefixed frames over loopback TCP. One end listens, the other connects and comes back when the connection
 * breaks. One peer at a time: the newest connection replaces the one before.
 */
export class TcpTransport implements Transport {
	readonly events: TypedEmitter<TransportEvents> = createEmitter<TransportEvents>();
	readonly codec = new MessageCodec();
	readonly #options: TcpTransportOptions;
	readonly #maxFrameBytes: number;
	#server: Server | undefined;
	#socket: Socket | undefined;
	#dialling: Socket | undefined;
	#retry: NodeJS.Timeout | undefined;
	#isClosed = false;

	private constructor(options: TcpTransportOptions) {
		this.#options = options;
		this.#maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
	}

	/** @param port 0 for any free one, see `port` */
	static async listen(port = 0, options: TcpTransportOptions = {}): Promise<TcpTransport> {
		const transport = new TcpTransport(options);
		const server = createServer((socket) => transport.#adopt(socket));
		transport.#server = server;
		server.listen(port, LOOPBACK);
		await once(server, 'listening');
		return transport;
	}

	/**
	 * Resolves at once; `connected` says when the peer is there.
	 * @param port where the peer listens; a function when it may come back on another port
	 */
	static connect(port: number | (() => number), options: TcpTransportOptions = {}): TcpTransport {
		const transport = new TcpTransport(options);
		transport.#dial(typeof port === 'number' ? () => port : port);
		return transport;
	}

	/** Port of the listening end; 0 for the connecting one. */
	get port(): number {
		const address = this.#server?.address();
		return typeof address === 'object' && address !== null ? address.port : 0;
	}

	get isConnected(): boolean {
		return this.#socket !== undefined;
	}

	async send(message: Message): Promise<void> {
		const copies = this.#options.faults?.(message) ?? [message];
		for (const copy of copies) await this.#write(this.codec.encode(copy));
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		this.#dialling?.destroy();
		this.#socket?.destroy();
		const server = this.#server;
		if (!server?.listening) return;
		server.close();
		await once(server, 'close');
	}

	async #write(bytes: Uint8Array): Promise<void> {
		if (bytes.length > this.#maxFrameBytes) {
			throw new ProtocolError(
				'FRAME_TOO_LARGE',
				`a message of ${bytes.length} bytes; ${this.#maxFrameBytes} are allowed`,
			);
		}
		const socket = this.#socket;
		if (socket === undefined) throw new NotConnectedError();
		const isWritten = await new Promise<boolean>((resolve) => {
			socket.write(frame(bytes), (error) => resolve(!error));
		});
		if (!isWritten) throw new NotConnectedError();
	}

	#dial(port: () => number): void {
		if (this.#isClosed) return;
		const socket = connect({ port: port(), host: LOOPBACK });
		this.#dialling = socket;
		socket.once('connect', () => this.#adopt(socket));
		socket.once('close', () => {
			if (this.#isClosed) return;
			this.#retry = setTimeout(() => this.#dial(port), this.#options.reconnectDelayMs ?? 100);
		});
		socket.on('error', () => socket.destroy());
	}

	#adopt(socket: Socket): void {
		if (this.#isClosed) {
			socket.destroy();
			return;
		}
		const reader = new FrameReader(this.#maxFrameBytes);
		socket.setNoDelay(true);
		socket.on('data', (piece: Buffer) => this.#receive(socket, reader, piece));
		socket.on('error', () => socket.destroy());
		socket.on('close', () => this.#drop(socket));
		const replaced = this.#socket;
		if (replaced !== undefined) {
			this.#drop(replaced);
			replaced.destroy();
		}
		this.#socket = socket;
		this.events.emit('connected', undefined);
	}

	#drop(socket: Socket): void {
		if (this.#socket !== socket) return;
		this.#socket = undefined;
		this.events.emit('disconnected', undefined);
	}

	#receive(socket: Socket, reader: FrameReader, piece: Buffer): void {
		try {
			for (const bytes of reader.push(piece)) this.#decode(bytes);
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
			// Where the next frame begins is not known any more.
			this.events.emit('rejected', error);
			socket.destroy();
		}
	}

	#decode(bytes: Uint8Array): void {
		let message: Message;
		try {
			message = this.codec.decode(bytes);
		} catch (error) {
			if (!(error instanceof ProtocolError)) throw error;
			this.events.emit('rejected', error);
			return;
		}
		this.events.emit('message', message);
	}
}
