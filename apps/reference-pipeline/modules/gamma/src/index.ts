export { type AckCallbackOptions, AckCallbackServer } from './ack/ack-callback-server.ts';
export type { AckOutcome, PendingByDestination } from './ack/ack-outcome.ts';
export { AckTracker, type AckTrackerParts } from './ack/ack-tracker.ts';
export { type IncomingAck, MAX_ACK_MEMBERS } from './ack/incoming-ack.ts';
export type { AwaitedDelivery, DeliveryUnderWay, GammaAcknowledgment } from './ack/pending-ack.ts';
export { PendingAckStore } from './ack/pending-ack-store.ts';
export { StatusQuery } from './ack/status-query.ts';
export { type BatchCompletionReport, UNROUTED } from './completion/batch-report.ts';
export { type DeliveryOutcome, outcomeOf } from './completion/outcome.ts';
export { Reconciler, type Reconciliation } from './completion/reconciliation.ts';
export type { RecordTerminal } from './completion/record-terminal.ts';
export type { GammaConfig, RenderFormat } from './config/gamma-config.ts';
export { gammaConfig } from './config/resolve-config.ts';
export type { AgeBucket, AgeDistribution } from './dead-letters/age-distribution.ts';
export { DeadLetterQueue, type DeadLetterQueueEntry } from './dead-letters/dead-letter-queue.ts';
export { Degradation, type DegradationChange, type DegradationLevel } from './degradation.ts';
export { AckTimeoutHandler, type TimeoutDecision } from './delivery/ack-timeout-handler.ts';
export { Circuit, type DestinationCircuitChange } from './delivery/circuit.ts';
export { type BatchedReceipt, DeliveryBatcher } from './delivery/delivery-batcher.ts';
export type { DeliveryProgress, RecordContext, ReplayOrigin } from './delivery/delivery-progress.ts';
export { DestinationAttempt } from './delivery/destination-attempt.ts';
export { DestinationDelivery, type DestinationDeliveryParts } from './delivery/destination-delivery.ts';
export { Disposition } from './delivery/disposition.ts';
export type { GammaAttempt } from './delivery/gamma-attempt.ts';
export { HoldingQueue, type ReleaseReason } from './delivery/holding-queue.ts';
export { RecordDelivery, type RecordDeliveryParts, type UnfinishedRecord } from './delivery/record-delivery.ts';
export { RetryWait } from './delivery/retry-wait.ts';
export { Destination } from './destinations/destination.ts';
export type {
	DeliveryCall,
	DeliveryReceipt,
	DeliveryStatus,
	DestinationAdapter,
	DestinationMetrics,
	OutboundRecord,
} from './destinations/destination-adapter.ts';
export type { DestinationOptions, DestinationRegistrationOptions } from './destinations/destination-options.ts';
export { DestinationRegistry } from './destinations/destination-registry.ts';
export { DestinationTotals } from './destinations/destination-totals.ts';
export { FileDestination, type FileDestinationOptions } from './destinations/file-destination.ts';
export { HttpDestination } from './destinations/http-destination.ts';
export type { HttpAuthentication, HttpDestinationOptions } from './destinations/http-options.ts';
export { GAMMA_CODES, type GammaCode } from './errors/codes.ts';
export { GammaErrorQueue, type GammaQueueEntry, type GammaQueueName } from './errors/gamma-error-queue.ts';
export { GammaStoppedError } from './errors/gamma-stopped-error.ts';
export type { GammaEmitter, GammaEvents, GammaFailure } from './gamma-events.ts';
export { GammaModule } from './gamma-module.ts';
export type { GammaOptions } from './gamma-options.ts';
export type { GammaParts } from './gamma-parts.ts';
export { GammaSweep } from './gamma-sweep.ts';
export {
	type DeliveryProfile,
	GammaIntake,
	type IncomingBatch,
	type IntakeOptions,
	type IntakeOutcome,
} from './intake/gamma-intake.ts';
export { type CompletedRecord, RecordWindow } from './intake/record-window.ts';
export type { FormattingRules, OutputEncoding, RoundingMode } from './rendering/formatting.ts';
export { isRenderingFailure, Renderer } from './rendering/renderer.ts';
export { ReplayDelivery } from './replay.ts';
export { isPermitted } from './routing/classification.ts';
export type { Comparand, RoutingCondition } from './routing/condition.ts';
export { isRoutingError, Router } from './routing/router.ts';
export type { RoutingRule, RoutingTable } from './routing/routing-rule.ts';
export { LocalHttpSink, type LocalHttpSinkOptions, type ReceivedPost } from './sink/local-http-sink.ts';
export type { SinkPlan, SinkVerdict } from './sink/sink-plan.ts';
export { type SavedRecord, StateFile } from './state/state-file.ts';
