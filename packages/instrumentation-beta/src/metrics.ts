import { type ErrorDef, metricFamily } from '@pipeline/telemetry-core';
import { attribute, error, event, metric } from '@pipeline/telemetry-core/beta';
import { errorReporter } from '@pipeline/telemetry-core/instrumentation';
import {
	attribute as integrationAttribute,
	error as integrationError,
	metric as integrationMetric,
} from '@pipeline/telemetry-core/integration';

const family = (name: keyof typeof metric) => metricFamily(metric[name], attribute);

/** The metrics that transformation's operations write. */
export const metrics = {
	legSeconds: metricFamily(integrationMetric['pipeline.integration.flow.histogram.stage_duration_seconds'], {
		...integrationAttribute,
		...attribute,
	}),
	batchesReceived: family('pipeline.beta.intake.counter.batches_received_total'),
	queueWait: family('pipeline.beta.intake.histogram.queue_wait_seconds'),
	inProgress: family('pipeline.beta.intake.updowncounter.records_in_progress'),
	recordsMapped: family('pipeline.beta.mapping.counter.records_mapped_total'),
	mappingsApplied: family('pipeline.beta.mapping.counter.rules_applied_total'),
	mappingSeconds: family('pipeline.beta.mapping.histogram.mapping_duration_seconds'),
	mappingErrors: family('pipeline.beta.mapping.counter.mapping_errors_total'),
	recordsTransformed: family('pipeline.beta.transform.counter.records_transformed_total'),
	rulesApplied: family('pipeline.beta.transform.counter.rules_applied_total'),
	transformSeconds: family('pipeline.beta.transform.histogram.transform_duration_seconds'),
	recordSeconds: family('pipeline.beta.transform.histogram.record_duration_seconds'),
	ruleSeconds: family('pipeline.beta.transform.histogram.rule_duration_seconds'),
	transformErrors: family('pipeline.beta.transform.counter.transform_errors_total'),
	ruleFallbacks: family('pipeline.beta.transform.counter.fallbacks_total'),
	timeouts: family('pipeline.beta.transform.counter.timeouts_total'),
	lookups: family('pipeline.beta.enrichment.counter.lookups_total'),
	cacheHits: family('pipeline.beta.enrichment.counter.cache_hits_total'),
	cacheMisses: family('pipeline.beta.enrichment.counter.cache_misses_total'),
	sourceSeconds: family('pipeline.beta.enrichment.histogram.source_latency_seconds'),
	sourceErrors: family('pipeline.beta.enrichment.counter.source_errors_total'),
	lookupFallbacks: family('pipeline.beta.enrichment.counter.fallbacks_total'),
	circuitTrips: family('pipeline.beta.enrichment.counter.circuit_breaker_trips_total'),
	circuitChanges: family('pipeline.beta.enrichment.counter.circuit_state_changes_total'),
	retryDelay: family('pipeline.beta.enrichment.histogram.retry_delay_seconds'),
	qualityScore: family('pipeline.beta.quality.histogram.quality_score'),
	dimensionScore: family('pipeline.beta.quality.histogram.dimension_score'),
	thresholdViolations: family('pipeline.beta.quality.counter.threshold_violations_total'),
	scoreDelta: family('pipeline.beta.quality.histogram.score_delta'),
	scoringErrors: family('pipeline.beta.quality.counter.scoring_errors_total'),
	batchesAssembled: family('pipeline.beta.handoff.counter.batches_assembled_total'),
	recordsFiltered: family('pipeline.beta.handoff.counter.records_filtered_total'),
	queueEntries: family('pipeline.beta.error_queue.counter.entries_total'),
	queueRemovals: family('pipeline.beta.error_queue.counter.removals_total'),
	queueAge: family('pipeline.beta.error_queue.histogram.entry_age_seconds'),
	replays: family('pipeline.beta.error_queue.counter.replays_total'),
	retries: family('pipeline.beta.errors.counter.retries_total'),
	recoverySeconds: family('pipeline.beta.errors.histogram.error_recovery_duration_seconds'),
} as const;

/** The errors that transformation reports. */
export const errors = errorReporter(error, event, metric['pipeline.beta.errors.counter.errors_total']);

/** An error of the hand-over to the next module. */
export function transferError(code = 'INT_999_UNKNOWN'): ErrorDef {
	return integrationError[code as keyof typeof integrationError] ?? integrationError['INT_999_UNKNOWN'];
}
