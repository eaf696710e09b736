import { type ErrorDef, metricFamily } from '@pipeline/telemetry-core';
import { attribute, error, event, metric } from '@pipeline/telemetry-core/alpha';
import { errorReporter } from '@pipeline/telemetry-core/instrumentation';
import { error as integrationError } from '@pipeline/telemetry-core/integration';

const family = (name: keyof typeof metric) => metricFamily(metric[name], attribute);

/** The metrics that ingestion's operations write. */
export const metrics = {
	recordsFetched: family('pipeline.alpha.adapter.counter.records_fetched_total'),
	bytesFetched: family('pipeline.alpha.adapter.counter.bytes_fetched_total'),
	fetches: family('pipeline.alpha.adapter.counter.fetches_total'),
	fetchSeconds: family('pipeline.alpha.adapter.histogram.fetch_duration_seconds'),
	sourceLag: family('pipeline.alpha.adapter.histogram.source_lag_seconds'),
	acknowledgments: family('pipeline.alpha.adapter.counter.acknowledgments_total'),
	inProgress: family('pipeline.alpha.adapter.updowncounter.records_in_progress'),
	connectionAttempts: family('pipeline.alpha.connection.counter.connection_attempts_total'),
	connectSeconds: family('pipeline.alpha.connection.histogram.connect_duration_seconds'),
	circuitTrips: family('pipeline.alpha.connection.counter.circuit_breaker_trips_total'),
	connectionRetryDelay: family('pipeline.alpha.connection.histogram.retry_delay_seconds'),
	recordsParsed: family('pipeline.alpha.parser.counter.records_parsed_total'),
	parseErrors: family('pipeline.alpha.parser.counter.parse_errors_total'),
	parseWarnings: family('pipeline.alpha.parser.counter.parse_warnings_total'),
	parseSeconds: family('pipeline.alpha.parser.histogram.parse_duration_seconds'),
	recordSize: family('pipeline.alpha.parser.histogram.record_size_bytes'),
	recordsValidated: family('pipeline.alpha.validation.counter.records_validated_total'),
	validationSeconds: family('pipeline.alpha.validation.histogram.validation_duration_seconds'),
	rulesEvaluated: family('pipeline.alpha.validation.counter.rules_evaluated_total'),
	ruleFailures: family('pipeline.alpha.validation.counter.rule_failures_total'),
	ruleSeconds: family('pipeline.alpha.validation.histogram.rule_duration_seconds'),
	qualityScore: family('pipeline.alpha.validation.histogram.quality_score'),
	recordsQuarantined: family('pipeline.alpha.validation.counter.records_quarantined_total'),
	duplicates: family('pipeline.alpha.validation.counter.duplicates_total'),
	validationTimeouts: family('pipeline.alpha.validation.counter.timeouts_total'),
	backPressureEvents: family('pipeline.alpha.buffer.counter.backpressure_events_total'),
	backPressureSeconds: family('pipeline.alpha.buffer.histogram.backpressure_duration_seconds'),
	overflows: family('pipeline.alpha.buffer.counter.overflow_events_total'),
	bufferWait: family('pipeline.alpha.buffer.histogram.wait_duration_seconds'),
	batchesAssembled: family('pipeline.alpha.handoff.counter.batches_assembled_total'),
	batchSize: family('pipeline.alpha.handoff.histogram.batch_size_records'),
	queueEntries: family('pipeline.alpha.error_queue.counter.entries_total'),
	queueRemovals: family('pipeline.alpha.error_queue.counter.removals_total'),
	queueAge: family('pipeline.alpha.error_queue.histogram.entry_age_seconds'),
	recoverySeconds: family('pipeline.alpha.errors.histogram.error_recovery_duration_seconds'),
	retries: family('pipeline.alpha.errors.counter.retries_total'),
} as const;

/** The errors that ingestion reports. */
export const errors = errorReporter(error, event, metric['pipeline.alpha.errors.counter.errors_total']);

/** An error of ingestion or of the hand-over; ingestion's unknown error when it is neither. */
export function errorNamed(code: string | undefined): ErrorDef {
	if (code !== undefined && Object.hasOwn(integrationError, code))
		return integrationError[code as keyof typeof integrationError];
	return errors.definition(code);
}
