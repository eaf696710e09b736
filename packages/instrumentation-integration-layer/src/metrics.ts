import { metricFamily } from '@pipeline/telemetry-core';
import { errorReporter } from '@pipeline/telemetry-core/instrumentation';
import { attribute, error, event, metric } from '@pipeline/telemetry-core/integration';
import { attribute as telemetryAttribute, metric as telemetryMetric } from '@pipeline/telemetry-core/telemetry';

const family = (name: keyof typeof metric) => metricFamily(metric[name], attribute);

/** The metrics that operations between modules write. */
export const metrics = {
	batchesTransferred: family('pipeline.integration.transfer.counter.batches_transferred_total'),
	recordsTransferred: family('pipeline.integration.transfer.counter.records_transferred_total'),
	transferLatency: family('pipeline.integration.transfer.histogram.transfer_latency_seconds'),
	batchRecords: family('pipeline.integration.transfer.histogram.batch_size_records'),
	batchBytes: family('pipeline.integration.transfer.histogram.batch_size_bytes'),
	integrityFailures: family('pipeline.integration.transfer.counter.integrity_failures_total'),
	batchesInFlight: family('pipeline.integration.transfer.updowncounter.batches_in_flight'),
	ackSeconds: family('pipeline.integration.ack.histogram.ack_duration_seconds'),
	ackTimeouts: family('pipeline.integration.ack.counter.timeouts_total'),
	backPressureSignals: family('pipeline.integration.backpressure.counter.signals_total'),
	backPressureSeconds: family('pipeline.integration.backpressure.histogram.active_duration_seconds'),
	recommendedDelay: family('pipeline.integration.backpressure.gauge.recommended_delay_seconds'),
	circuitTrips: family('pipeline.integration.circuit.counter.circuit_breaker_trips_total'),
	circuitChanges: family('pipeline.integration.circuit.counter.state_changes_total'),
	circuitOpen: family('pipeline.integration.circuit.histogram.open_duration_seconds'),
	errors: family('pipeline.integration.errors.counter.errors_total'),
	retries: family('pipeline.integration.errors.counter.retries_total'),
	recoverySeconds: family('pipeline.integration.errors.histogram.error_recovery_duration_seconds'),
	notifications: family('pipeline.integration.errors.counter.notifications_total'),
	itemsDropped: metricFamily(
		telemetryMetric['pipeline.telemetry.events.counter.events_dropped_total'],
		telemetryAttribute,
	),
	healthCheckSeconds: family('pipeline.integration.health.histogram.check_duration_seconds'),
} as const;

/** The definitions of error codes; the counter has other attributes than a module's, so errors are counted where they are raised. */
export const errors = errorReporter(error, event, metric['pipeline.integration.errors.counter.errors_total']);
