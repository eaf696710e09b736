import type { AcknowledgmentPayload, BatchTransfer, Edge, Runtime, TraceVerdicts } from '@pipeline/model';
import { createHeader } from '../protocol/header.ts';
import { sendUnawaited, type Transport } from '../transport/transport.ts';
import { EDGES } from './edge.ts';

/** The batch id of an acknowledgment that is about no batch. */
export const NO_BATCH = '00000000-0000-0000-0000-000000000000';

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

	/** Resolves with the payload, sent or not. */
	async send(transfer: Pick<BatchTransfer, 'header'>, payload: AcknowledgmentPayload): Promise<AcknowledgmentPayload> {
		await this.#post(transfer.header.correlationId, payload);
		return payload;
	}

	/** Sends decisions about traces without an acknowledgment to carry them. */
	async sendVerdicts(traceVerdicts: TraceVerdicts): Promise<void> {
		await this.#post(this.edge, {
			batchId: NO_BATCH,
			status: 'VERDICT',
			recordsAccepted: 0,
			recordsRejected: 0,
			processingDurationMs: 0,
			traceVerdicts,
		});
	}

	async #post(correlationId: string, payload: AcknowledgmentPayload): Promise<void> {
		const { source, target } = EDGES[this.edge];
		const facts = { source: target, target: source, type: 'ACKNOWLEDGMENT', correlationId } as const;
		await sendUnawaited(this.#transport, { header: createHeader(this.#runtime, facts), payload });
	}
}
