import type { Transport } from './transport.ts';

/** Lets any number of callers wait for one connection with one listener. */
export class ConnectionGate {
	readonly #transport: Transport;
	#opening: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

	constructor(transport: Transport) {
		this.#transport = transport;
		transport.events.on('connected', this.#open);
	}

	/** Resolves at once when connected, otherwise with the next connection. */
	whenConnected(): Promise<void> {
		if (this.#transport.isConnected) return Promise.resolve();
		this.#opening ??= Promise.withResolvers<void>();
		return this.#opening.promise;
	}

	/** Stops listening. Who waits, waits on. */
	close(): void {
		this.#transport.events.off('connected', this.#open);
	}

	readonly #open = (): void => {
		this.#opening?.resolve();
		this.#opening = undefined;
	};
}
