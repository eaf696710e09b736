import type { EventEmitter } from 'node:events';
import type { ErrorFacts, IntegrationBinding, UpstreamMessage } from './binding.ts';

// The shapes of `@pipeline/integration-layer`, as far as they are read. Types only: the module itself is never imported.
interface Batch {
	readonly batchId: string;
	readonly records: readonly object[];
}

interface Transfer {
	readonly header: { readonly messageId: string };
	readonly metadata: { readonly batchId: string; readonly sequenceNumber: number; readonly checksum: string };
	readonly records: readonly object[];
}

interface Payload {
	readonly status: string;
	readonly recordsAccepted: number;
	readonly recordsRejected: number;
	readonly processingDurationMs: number;
}

interface End {
	readonly edge: string;
	readonly processing?: number;
}

interface Confirmation {
	readonly header: object;
	readonly deliveryResults: readonly { readonly status: string }[];
}

interface Layer {
	readonly events: EventEmitter;
	readonly circuitStates: readonly { readonly circuitId: string; readonly state: string }[];
}

const payloadOf = (value: Payload | { readonly payload: Payload }): Payload =>
	'payload' in value ? value.payload : value;

/** What travels upstream: acknowledgments and confirmations. */
type Upstream = { readonly header: { readonly sourceModule?: string } } & (
	| { readonly payload: Payload & { readonly batchId: string; traceVerdicts?: unknown } }
	| (Confirmation & { readonly batchId: string; traceVerdicts?: unknown })
);

interface Speaking {
	sendVerdicts(verdicts: object): Promise<void>;
}

const isAck = (message: Upstream) => 'payload' in message;

function upstreamOf(message: Upstream): UpstreamMessage | undefined {
	const edge = message.header.sourceModule === 'GAMMA' ? 'BETA_GAMMA' : 'ALPHA_BETA';
	if (isAck(message)) {
		const { batchId, status, traceVerdicts } = message.payload;
		return { edge, batchId, isProcessed: status === 'PROCESSED', verdicts: traceVerdicts };
	}
	if (!('deliveryResults' in message)) return undefined;
	return { edge, batchId: message.batchId, isProcessed: false, verdicts: message.traceVerdicts };
}

/** How the reference module `@pipeline/integration-layer` calls its operations. */
export const referenceBinding: IntegrationBinding = {
	module: '@pipeline/integration-layer',
	supportedVersions: ['>=1.0.0 <2'],
	transfer: {
		batchId: (transfer: Transfer) => transfer.metadata.batchId,
		messageId: (transfer: Transfer) => transfer.header.messageId,
		sequenceNumber: (transfer: Transfer) => transfer.metadata.sequenceNumber,
		checksum: (transfer: Transfer) => transfer.metadata.checksum,
		records: (transfer: Partial<Transfer>) => (Array.isArray(transfer.records) ? transfer.records : undefined),
		header: (transfer: Transfer) => transfer.header,
	},
	send: {
		export: 'TransferSender',
		method: 'send',
		records: (batch: Batch) => batch.records,
		batchId: (batch: Batch) => batch.batchId,
		accepted: (payload: Payload) => payload.status !== 'REJECTED',
	},
	attempt: {
		export: 'TransferSender',
		method: 'attempt',
		edge: (sender: End) => sender.edge,
		rejected: (payload: Payload) => payload.status === 'REJECTED',
	},
	receive: {
		export: 'TransferReceiver',
		method: 'receive',
		edge: (receiver: End) => receiver.edge,
		queueDepth: (receiver: End) => receiver.processing,
		rejected: (payload: Payload | undefined) => payload?.status === 'REJECTED',
	},
	encode: { export: 'MessageCodec', method: 'encode', sizeBytes: (bytes: Uint8Array) => bytes.length },
	decode: { export: 'MessageCodec', method: 'decode' },
	verdicts: {
		upstream: upstreamOf,
		put: (message: Upstream, traceVerdicts) =>
			isAck(message) ? { ...message, payload: { ...message.payload, traceVerdicts } } : { ...message, traceVerdicts },
		takeOff: (message: Upstream) => void delete (isAck(message) ? message.payload : message).traceVerdicts,
		say: (sender: Speaking, verdicts) => sender.sendVerdicts(verdicts),
	},
	sendAck: { export: 'AckSender', method: 'send', edge: (sender: End) => sender.edge },
	receiveAck: {
		export: 'AckReceiver',
		method: 'receive',
		header: (message: { readonly header: object }) => message.header,
	},
	ack: {
		status: (value: Payload) => payloadOf(value).status,
		accepted: (value: Payload) => payloadOf(value).recordsAccepted,
		rejected: (value: Payload) => payloadOf(value).recordsRejected,
		durationMs: (value: Payload) => payloadOf(value).processingDurationMs,
	},
	sendConfirmation: {
		export: 'ConfirmationSender',
		method: 'send',
		results: (batch: { readonly deliveryResults?: readonly { readonly status: string }[] }) => batch.deliveryResults,
	},
	receiveConfirmation: {
		export: 'ConfirmationReceiver',
		method: 'receive',
		header: (confirmation: Confirmation) => confirmation.header,
		results: (confirmation: Confirmation) => confirmation.deliveryResults,
	},
	propagate: { export: 'ErrorPropagator', method: 'propagate', facts: (error: ErrorFacts) => error },
	checkHealth: {
		export: 'HealthProbe',
		method: 'check',
		checkType: (request: { readonly checkType: string }) => request.checkType,
		status: (response: { readonly status: string }) => response.status,
	},
	start: { export: 'IntegrationLayer', method: 'start' },
	stop: { export: 'IntegrationLayer', method: 'stop' },
	events: (layer: Layer) => layer.events,
	gauges: { circuits: (layer: Layer) => layer.circuitStates },
};
