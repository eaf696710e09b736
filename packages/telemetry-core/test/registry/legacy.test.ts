import { describe, expect, it } from 'vitest';
import { legacyMetrics } from '../../src/registry/legacy.ts';
import { WITHOUT_SUCCESSOR } from '../../src/registry/legacy-labels.ts';
import { METRIC_CATALOGUE } from '../../src/registry/metric-catalogue.ts';

const view = new Map(legacyMetrics(METRIC_CATALOGUE).map(({ name, sources }) => [name, sources]));

/** Names of the documents that preceded the catalogue. */
const FORMER_NAMES = [
	'etl_consumer_status',
	'etl_dead_letter_messages_total',
	'etl_duplicate_messages_total',
	'etl_messages_in_progress',
	'etl_messages_processed_total',
	'etl_processing_duration_seconds',
	'etl_processing_errors_total',
	'etl_rabbitmq_connection_status',
	'etl_records_quarantined_total',
	'etl_retry_attempts_total',
	'etl_s3_connection_status',
	'etl_validation_checks_total',
	'etl_validation_quality_score',
	'external_api_calls_total',
	'external_api_duration_seconds',
	'external_api_errors_total',
	'http_request_duration_seconds',
	'http_request_size_bytes',
	'http_requests_total',
	'queue_depth_total',
	'queue_job_failures_total',
	'queue_job_latency_seconds',
	'token_cost_usd',
	'workflow_cost_usd',
];

describe('legacyMetrics', () => {
	it('knows every former name, or why it has no successor', () => {
		expect(FORMER_NAMES.filter((name) => !view.has(name) && WITHOUT_SUCCESSOR[name] === undefined)).toEqual([]);
	});

	it('keeps only the dimension in the name of a grouped metric', () => {
		expect(view.get('alpha_parse_error_by_source')).toEqual([
			{ metric: 'pipeline.alpha.parser.counter.parse_errors_total', labels: { source: 'pipeline.source_id' } },
		]);
	});

	it('keeps all attributes under short keys otherwise', () => {
		expect(view.get('alpha_parse_errors_total')).toEqual([
			{
				metric: 'pipeline.alpha.parser.counter.parse_errors_total',
				labels: { error_code: 'pipeline.error_code', source_id: 'pipeline.source_id' },
			},
		]);
	});

	it('splits one metric into two former ones by value', () => {
		expect(view.get('beta_gamma_records_transferred_total')).toEqual([
			{
				metric: 'pipeline.integration.transfer.counter.records_transferred_total',
				labels: {},
				where: { 'pipeline.edge': 'BETA_GAMMA' },
			},
		]);
	});

	it('joins several metrics into a former one', () => {
		expect(view.get('etl_messages_processed_total')?.map(({ metric, constants }) => [metric, constants])).toEqual([
			['pipeline.gamma.delivery.counter.records_delivered_total', { status: 'success' }],
			['pipeline.gamma.delivery.counter.records_failed_total', { status: 'failed' }],
			['pipeline.alpha.validation.counter.records_quarantined_total', { status: 'quarantined' }],
		]);
	});

	it('reads labels and conditions only off attributes the metric has', () => {
		const unknown = [...view].flatMap(([name, sources]) =>
			sources.flatMap(({ metric, labels, where }) => {
				const entry = METRIC_CATALOGUE[metric];
				if (entry === undefined) return metric.startsWith('http.') ? [] : [`${name}: ${metric}`];
				const keys = [...Object.values(labels), ...Object.keys(where ?? {})];
				return keys.filter((key) => !entry.attributes.includes(key)).map((key) => `${name}: ${key}`);
			}),
		);
		expect(unknown).toEqual([]);
	});

	it('never names a legacy metric like a unified one', () => {
		expect([...view.keys()].filter((name) => name.startsWith('pipeline'))).toEqual([]);
	});
});
