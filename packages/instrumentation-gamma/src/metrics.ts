import { metricFamily } from '@pipeline/telemetry-core';
import { attribute, error, event, metric } from '@pipeline/telemetry-core/gamma';
import { errorReporter } from '@pipeline/telemetry-core/instrumentation';
import { attribute as integrationAttribute, metric as integrationMetric } from '@pipeline/telemetry-core/integration';

const family = (name: keyof typeof metric) => metricFamily(metric[name], attribute);
const flowFamily = (name: keyof typeof integrationMetric) =>
	metricFamily(integrationMetric[name], { ...integrationAttribute, ...attribute });

/** The metrics that delivery's operations write. */
export const metrics = {
	batchesReceived: family('pipeline.gamma.intake.counter.batches_received_total'),
	batchesProcessed: family('pipeline.gamma.intake.counter.batches_processed_total'),
	batchSeconds: family('pipeline.gamma.intake.histogram.batch_duration_seconds'),
	recordsRendered: family('pipeline.gamma.render.counter.records_rendered_total'),
	renderSeconds: family('pipeline.gamma.render.histogram.render_duration_seconds'),
	renderedSize: family('pipeline.gamma.render.histogram.rendered_size_bytes'),
	renderErrors: family('pipeline.gamma.render.counter.render_errors_total'),
	routingDecisions: family('pipeline.gamma.routing.counter.decisions_total'),
	routingFanout: family('pipeline.gamma.routing.histogram.fanout_destinations'),
	routingSeconds: family('pipeline.gamma.routing.histogram.routing_duration_seconds'),
	routingErrors: family('pipeline.gamma.routing.counter.routing_errors_total'),
	unauthorizedBlocked: family('pipeline.gamma.routing.counter.unauthorized_blocked_total'),
	recordsDelivered: family('pipeline.gamma.delivery.counter.records_delivered_total'),
	recordsFailed: family('pipeline.gamma.delivery.counter.records_failed_total'),
	bytesDelivered: family('pipeline.gamma.delivery.counter.bytes_delivered_total'),
	attempts: family('pipeline.gamma.delivery.counter.attempts_total'),
	deliveryLatency: family('pipeline.gamma.delivery.histogram.delivery_latency_seconds'),
	attemptsPerRecord: family('pipeline.gamma.delivery.histogram.attempts_per_record'),
	retries: family('pipeline.gamma.delivery.counter.retries_total'),
	retryDelay: family('pipeline.gamma.delivery.histogram.retry_delay_seconds'),
	rateLimited: family('pipeline.gamma.delivery.counter.rate_limited_total'),
	holdingWait: family('pipeline.gamma.delivery.histogram.holding_wait_seconds'),
	circuitTrips: family('pipeline.gamma.connection.counter.circuit_breaker_trips_total'),
	connectionErrors: family('pipeline.gamma.connection.counter.connection_errors_total'),
	acknowledgments: family('pipeline.gamma.ack.counter.acknowledgments_total'),
	ackWait: family('pipeline.gamma.ack.histogram.wait_duration_seconds'),
	timeoutActions: family('pipeline.gamma.ack.counter.timeout_actions_total'),
	batchAckSize: family('pipeline.gamma.ack.histogram.batch_ack_size_records'),
	deadLetters: family('pipeline.gamma.dlq.counter.entries_total'),
	deadLetterRemovals: family('pipeline.gamma.dlq.counter.removals_total'),
	deadLetterAge: family('pipeline.gamma.dlq.histogram.age_seconds'),
	replays: family('pipeline.gamma.dlq.counter.replays_total'),
	queueEntries: family('pipeline.gamma.error_queue.counter.entries_total'),
	queueRemovals: family('pipeline.gamma.error_queue.counter.removals_total'),
	recoverySeconds: family('pipeline.gamma.errors.histogram.error_recovery_duration_seconds'),
	tracesCompleted: family('pipeline.gamma.trace.counter.traces_completed_total'),
	deliveriesByQuality: family('pipeline.gamma.quality.counter.deliveries_by_quality_total'),
	endToEndSeconds: flowFamily('pipeline.integration.flow.histogram.end_to_end_latency_seconds'),
	stageSeconds: flowFamily('pipeline.integration.flow.histogram.stage_duration_seconds'),
} as const;

/** The errors that delivery reports. */
export const errors = errorReporter(error, event, metric['pipeline.gamma.errors.counter.errors_total']);
