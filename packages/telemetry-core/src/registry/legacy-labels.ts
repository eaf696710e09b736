import type { LegacySource } from './legacy.ts';

/** Dimension in the name of a `…_by_<dimension>` metric -> the attribute that carries it today. */
export const GROUPED_BY: Readonly<Record<string, string>> = {
	destination: 'pipeline.destination_id',
	format: 'pipeline.format',
	namespace: 'pipeline.namespace',
	rule: 'pipeline.rule_id',
	schema: 'pipeline.target_schema',
	source: 'pipeline.source_id',
	tier: 'pipeline.tier',
	type: 'pipeline.error_category',
};

/** What a legacy metric shows otherwise than by rule, per unified metric. Labels are legacy label -> attribute key. */
type Exceptions = Readonly<Record<string, Omit<LegacySource, 'metric'>>>;

export const EXCEPTIONS: Exceptions = {
	alpha_beta_batches_transferred_total: {
		labels: { outcome: 'pipeline.outcome' },
		where: { 'pipeline.edge': 'ALPHA_BETA' },
	},
	alpha_beta_records_transferred_total: { labels: {}, where: { 'pipeline.edge': 'ALPHA_BETA' } },
	beta_gamma_batches_transferred_total: {
		labels: { outcome: 'pipeline.outcome' },
		where: { 'pipeline.edge': 'BETA_GAMMA' },
	},
	beta_gamma_records_transferred_total: { labels: {}, where: { 'pipeline.edge': 'BETA_GAMMA' } },
	// One flag said whether the consumer ran; health counts upwards from healthy.
	etl_consumer_status: { labels: {}, where: { 'pipeline.module': 'ALPHA' }, values: { 0: 1, 1: 1, 2: 0 } },
	etl_dead_letter_messages_total: { labels: { reason: 'pipeline.reason' } },
	etl_duplicate_messages_total: { labels: { record_type: 'pipeline.source_id' } },
	etl_messages_processed_total: { labels: {}, constants: { status: 'success' } },
	etl_processing_duration_seconds: { labels: { record_type: 'pipeline.target_schema' } },
	etl_processing_errors_total: { labels: { error_type: 'pipeline.error_code' } },
	etl_records_quarantined_total: { labels: { record_type: 'pipeline.source_id', reason: 'pipeline.reason' } },
	etl_retry_attempts_total: { labels: {} },
	etl_validation_checks_total: { labels: { validation_type: 'pipeline.rule_id', result: 'pipeline.outcome' } },
	etl_validation_quality_score: { labels: { record_type: 'pipeline.source_id' } },
	external_api_calls_total: { labels: { service: 'pipeline.source_id' } },
	external_api_errors_total: { labels: { service: 'pipeline.enrichment_source', status: 'pipeline.error_code' } },
	queue_job_failures_total: { labels: { error_type: 'pipeline.error_code' } },
};

/** Further sources of legacy metrics: what the catalogue splits into several metrics or leaves to semantic conventions. */
export const FURTHER_SOURCES: Readonly<Record<string, readonly LegacySource[]>> = {
	etl_messages_processed_total: [
		{ metric: 'pipeline.gamma.delivery.counter.records_failed_total', labels: {}, constants: { status: 'failed' } },
		{
			metric: 'pipeline.alpha.validation.counter.records_quarantined_total',
			labels: {},
			constants: { status: 'quarantined' },
		},
	],
	http_request_duration_seconds: [
		{
			metric: 'http.server.request.duration',
			labels: { method: 'http.request.method', endpoint: 'http.route', status: 'http.response.status_code' },
		},
	],
	http_request_size_bytes: [
		{
			metric: 'http.server.request.body.size',
			labels: { method: 'http.request.method', endpoint: 'http.route' },
		},
	],
	http_requests_total: [
		{
			metric: 'http.server.request.duration',
			part: 'count',
			labels: { method: 'http.request.method', endpoint: 'http.route', status: 'http.response.status_code' },
		},
	],
};

/** Legacy names that nothing replaces, with the reason. */
export const WITHOUT_SUCCESSOR: Readonly<Record<string, string>> = {
	token_cost_usd: 'the pipeline buys no tokens',
	workflow_cost_usd: 'the pipeline knows no price of a run',
};
