export { BackPressure, type BackPressureOptions, REPEAT_AFTER_MS } from './back-pressure/back-pressure.ts';
export { type QueueLoad, recommendedDelayMs } from './back-pressure/recommended-delay.ts';
export { Circuit, CircuitOpenError, type CircuitOptions } from './circuit/circuit.ts';
export { type CircuitEvents, type CircuitLimits, CircuitRegistry } from './circuit/circuit-registry.ts';
export { CircuitReporter } from './circuit/circuit-reporter.ts';
export { DEFAULT_CONFIG, type IntegrationConfig, resolveConfig } from './config.ts';
export { ConfirmationReceiver } from './confirmation/confirmation-receiver.ts';
export { ConfirmationSender, type ConfirmedBatch, MAX_UNSENT } from './confirmation/confirmation-sender.ts';
export { type ErrorFacts, ErrorPropagator } from './errors/error-propagator.ts';
export { ErrorReceiver, type Stoppable } from './errors/error-receiver.ts';
export { HealthClient, type HealthClientOptions, HealthTimeoutError } from './health/health-client.ts';
export { HealthProbe, type HealthReport } from './health/health-probe.ts';
export type { EndOptions } from './layer/end-options.ts';
export type { IntegrationEmitter, IntegrationEvents, ResendReason } from './layer/events.ts';
export { DRAIN_TIMEOUT_MS, IntegrationLayer, type IntegrationLayerOptions } from './layer/integration-layer.ts';
export { ReceivingEnd, type ReceivingEndOptions } from './layer/receiving-end.ts';
export { SendingEnd } from './layer/sending-end.ts';
export { assertMessage } from './protocol/assert-message.ts';
export { createHeader, type HeaderFacts, PROTOCOL_VERSION } from './protocol/header.ts';
export type { EdgeMessage, Message, ServiceMessage } from './protocol/message.ts';
export { ProtocolError, type ProtocolFault } from './protocol/protocol-error.ts';
export { AckReceiver } from './transfer/ack-receiver.ts';
export { AckSender, NO_BATCH } from './transfer/ack-sender.ts';
export type {
	BatchReceipt,
	BatchWork,
	ProcessedBatch,
	TransferHandler,
	TransferIntake,
} from './transfer/batch-work.ts';
export { EDGES, TRANSFER_CODES, type TransferCodes } from './transfer/edge.ts';
export { type Batch, transferOf } from './transfer/transfer-of.ts';
export { TransferReceiver, type TransferReceiverOptions } from './transfer/transfer-receiver.ts';
export { retryDelayMs } from './transfer/transfer-retry.ts';
export { TransferSender, type TransferSenderOptions } from './transfer/transfer-sender.ts';
export { FrameReader, frame } from './transport/frames.ts';
export { MemoryTransport, type MemoryTransportOptions } from './transport/memory-transport.ts';
export { MessageCodec } from './transport/message-codec.ts';
export { TcpTransport, type TcpTransportOptions } from './transport/tcp-transport.ts';
export {
	type FaultInjector,
	NotConnectedError,
	type Transport,
	type TransportEvents,
} from './transport/transport.ts';
