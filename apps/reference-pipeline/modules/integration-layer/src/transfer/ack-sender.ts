import type { AcknowledgmentPayload, BatchTransfer, Edge, Runtime } from '@pipeline/model';
import { createHeader } from '../message.ts';
import { NotConnectedError, type Transport } from '../transport/transport.ts';
import { EDGES } from './edge.ts';

/** Says what became of a batch. An acknowledgment that cannot be sent is not repeated: the sender will ask again. */
export class AckSender {
	readonly edge: Edge;
	readonly #transport: Transport;
	readonly #runtime: Runtime;

	constructor(edge: Edge, transport: Transport, runtime: Runtime) {
		this.edge = edge;
		this.#transport = transport;
		this.#runtime = runtime;
	}

	async send(transfer: BatchTransfer, payload: AcknowledgmentPayload): Promise<AcknowledgmentPayload> {
		const { source, target } = EDGES[this.edge];
		const { correlationId } = transfer.header;
		const header = createHeader(this.#runtime, { source: target, target: source, type: 'ACKNOWLEDGMENT', correlationId });
		try {
			await this.#transport.send({ header, payload });
		} catch (error) {
			if (!(error instanceof NotConnectedError)) throw error;
		}
		return payload;
	}
}
