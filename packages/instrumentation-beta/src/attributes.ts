// Hot path: runs for every record. The only place that writes what is known of a record and of a lookup.
import { hash } from 'node:crypto';
import { ENTRY_STAGE, type Journal, type RecordTracer, type Stage } from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/beta';
import { read, setCode, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding, FailureFacts, QualityScores } from './binding.ts';
import type { Journey } from './journeys.ts';

const KEY_HASH_LENGTH = 16;

/** Hashes of the keys that were looked up lately: 1 µs each, and the same keys come again. Long keys are not kept. */
const hashes = new Map<string, string>();
const MAX_HASHES = 1_024;
const MAX_KEPT_LENGTH = 64;

/** A lookup key as it may be shown: the first 16 hex digits of its SHA-256. */
export function hashKey(key: string): string {
	const known = hashes.get(key);
	if (known !== undefined) return known;
	const made = hash('sha256', key).slice(0, KEY_HASH_LENGTH);
	if (key.length > MAX_KEPT_LENGTH) return made;
	if (hashes.size >= MAX_HASHES) hashes.clear();
	hashes.set(key, made);
	return made;
}

/** What is known of a record when it enters. */
export function describeEntry(
	binding: BetaBinding,
	tracer: RecordTracer,
	journey: Journey,
	record: object,
	profileId: string | undefined,
): void {
	const { journal, stage, batch, targets } = journey;
	const readers = binding.record ?? {};
	// Where the record came in this process, the module before has said who it is, and which batch it was fetched with.
	if (stage === ENTRY_STAGE) {
		setText(tracer, journal, stage, attribute['pipeline.record_id'], read(readers.recordId, record));
		setText(tracer, journal, stage, attribute['pipeline.lineage_id'], read(readers.lineageId, record));
		setText(tracer, journal, stage, attribute['pipeline.source_id'], read(readers.sourceId, record));
		setText(tracer, journal, stage, attribute['pipeline.batch_id'], batch?.batchId);
		setText(tracer, journal, stage, attribute['pipeline.correlation_id'], batch?.correlationId);
	}
	setCode(tracer, journal, stage, attribute['pipeline.classification'], read(readers.classification, record));
	setText(tracer, journal, stage, attribute['pipeline.transformation_profile'], profileId);
	setCode(tracer, journal, stage, attribute['pipeline.priority'], batch?.priority);
	tracer.setNumber(journal, stage, attribute['pipeline.target_schema_count'], targets);
	setNumber(
		tracer,
		journal,
		stage,
		attribute['pipeline.upstream_quality_score'],
		read(readers.upstreamQualityScore, record),
	);
}

/** Why a record did not pass a stage; what audit tells of it. */
export function describeFailure(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	failedStage: 'MAPPING' | 'TRANSFORM' | 'ENRICHMENT' | 'SCORING',
	{ ruleId }: Partial<FailureFacts>,
	originalRef: string | undefined,
): void {
	tracer.setText(journal, stage, attribute['pipeline.stage'], failedStage);
	tracer.setText(journal, stage, attribute['pipeline.rule_id'], ruleId || 'unknown');
	setText(tracer, journal, stage, attribute['pipeline.original_ref'], originalRef);
}

/** What a lookup asked. */
export function describeRequest(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	request: unknown,
): void {
	const key = read(binding.lookup?.key, request);
	setText(tracer, journal, stage, attribute['pipeline.enrichment_source'], read(binding.lookup?.source, request));
	if (key !== undefined) tracer.setText(journal, stage, attribute['pipeline.lookup_key_hash'], hashKey(key));
}

/** What a lookup found, in words that hold for any source. */
export function describeAnswer(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	result: unknown,
): void {
	const readers = binding.lookup;
	const cacheStatus = read(readers?.cacheStatus, result);
	const isStale = read(readers?.isStale, result) === true;
	const outcome = read(readers?.outcome, result) ?? 'SOURCE_HIT';
	const fieldCount = read(readers?.fieldCount, result) ?? 0;
	// A value past its lifetime is no hit.
	setCode(tracer, journal, stage, attribute['pipeline.cache.status'], cacheStatus === 'STALE' ? 'MISS' : cacheStatus);
	setCode(tracer, journal, stage, attribute['pipeline.cache.tier'], read(readers?.cacheTier, result));
	setNumber(tracer, journal, stage, attribute['pipeline.retry_count'], read(readers?.retryCount, result));
	setCode(tracer, journal, stage, attribute['pipeline.circuit_state'], read(readers?.circuitState, result));
	tracer.setNumber(journal, stage, attribute['pipeline.stale'], isStale ? 1 : 0);
	tracer.setText(journal, stage, attribute['pipeline.response_summary'], `${outcome}, ${fieldCount} fields`);
}

/** A record's quality score. */
export function describeScores(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	scores: QualityScores,
	upstream: number | undefined,
): void {
	tracer.setNumber(journal, stage, attribute['pipeline.quality_score'], scores.overall);
	tracer.setNumber(journal, stage, attribute['pipeline.completeness_score'], scores.completeness);
	tracer.setNumber(journal, stage, attribute['pipeline.consistency_score'], scores.consistency);
	tracer.setNumber(journal, stage, attribute['pipeline.conformance_score'], scores.conformance);
	tracer.setNumber(journal, stage, attribute['pipeline.timeliness_score'], scores.timeliness);
	if (upstream === undefined) return;
	tracer.setNumber(journal, stage, attribute['pipeline.upstream_quality_score'], upstream);
	tracer.setNumber(journal, stage, attribute['pipeline.score_delta'], scores.overall - upstream);
}
