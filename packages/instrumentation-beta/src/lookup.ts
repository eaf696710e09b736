// Hot path: runs for every lookup.
import { context as contextApi, createContextKey } from '@opentelemetry/api';
import {
	compactContext,
	type Journal,
	nowMs,
	type RecordTracer,
	type Stage,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/beta';
import { type Patch, read, recordCall, setCode, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeAnswer, describeRequest, hashKey } from './attributes.ts';
import type { BetaBinding, LookupFailure } from './binding.ts';
import { assessImpact } from './circuit-impact.ts';
import type { BetaOptions } from './config.ts';
import { CacheOrigins, lookupStats } from './lookup-stats.ts';
import { errors, metrics } from './metrics.ts';

const REQUEST = createContextKey('pipeline.beta.lookup');
const UNKNOWN = 'ENR_999_UNKNOWN';

/** When the first try of a lookup failed, in milliseconds since the Unix epoch. */
const firstFailures = new WeakMap<object, number>();

/** A value is looked up: in the cache, then at its source. */
export function lookup(binding: BetaBinding, { maxCacheOrigins }: BetaOptions): Patch {
	const readers = binding.lookup;
	const origins = new CacheOrigins(maxCacheOrigins);
	const wrap = recordCall({
		span: span['beta.enrichment.lookup'],
		// Retries are notified of by source, not by lookup: the context says which lookup they belong to.
		remote: (active, request: object) => compactContext(active).setValue(REQUEST, request),
		// The cache is written, and the source retried, after an await.
		nests: true,
		settled(tracer, journal, stage, result: object, request: object) {
			describeRequest(binding, tracer, journal, stage, request);
			describeAnswer(binding, tracer, journal, stage, result);
			linkOrigin(binding, origins, tracer, journal, stage, result, request);
			const source = read(readers?.source, request);
			const fallback = read(readers?.fallback, result);
			const failure = read(readers?.failure, result);
			if (failure?.isRejected) {
				const told = tracer.event(journal, stage, spanEvent['circuit.rejected']);
				setText(tracer, journal, told, attribute['pipeline.circuit_id'], read(readers?.circuitId, request));
			}
			if (fallback !== undefined) {
				const told = tracer.event(journal, stage, spanEvent['fallback.applied']);
				tracer.setText(journal, told, attribute['pipeline.action'], fallback);
				setText(tracer, journal, told, attribute['pipeline.enrichment_source'], source);
			}
			// That the source does not know a key is an answer, unless the record cannot do without it.
			if (failure !== undefined && (!failure.isUnknownKey || fallback === 'FAIL'))
				tracer.fail(journal, stage, errors.definition(failure.errorCode));
		},
		failed(tracer, journal, stage, error, request: object) {
			describeRequest(binding, tracer, journal, stage, request);
			setCode(tracer, journal, stage, attribute['pipeline.cache.status'], 'ERROR');
			tracer.setText(journal, stage, attribute['pipeline.response_summary'], 'ERROR');
			tracer.fail(journal, stage, errors.definition(UNKNOWN), error);
		},
		after(tracer, journal, stage, _seconds, result: object | undefined, request: object) {
			count(binding, result, request);
			const failure = result === undefined ? fault : read(readers?.failure, result);
			if (failure !== undefined) tellFailure(binding, tracer, journal, stage, failure, result, request);
		},
	});
	return {
		target: readers,
		sees: 'lookups: cache, source, retries, fallbacks',
		wrap,
	};
}

const fault: LookupFailure = { errorCode: UNKNOWN, category: 'PERMANENT' };

/** A try failed and another follows. */
export function tellRetry(source: string, attempt: number, delayMs: number, errorCode: string): void {
	metrics.retryDelay.of(source).record(delayMs / 1000);
	const request = contextApi.active().getValue(REQUEST);
	if (typeof request !== 'object' || request === null) return;
	if (!firstFailures.has(request)) firstFailures.set(request, nowMs());
	const { tracer } = telemetry;
	const journal = tracer.journalOf(request);
	const told = tracer.event(journal, tracer.stageOf(request), spanEvent['enrichment.retry']);
	tracer.setNumber(journal, told, attribute['pipeline.attempt_number'], attempt);
	tracer.setNumber(journal, told, attribute['pipeline.delay_ms'], delayMs);
	tracer.setText(journal, told, attribute['pipeline.error_code'], errorCode);
}

function linkOrigin(
	binding: BetaBinding,
	origins: CacheOrigins,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	result: object,
	request: object,
): void {
	const key = read(binding.lookup?.key, request);
	if (origins.isOff || journal === 0 || key === undefined) return;
	const outcome = read(binding.lookup?.outcome, result);
	const name = `${read(binding.lookup?.source, request)}|${hashKey(key)}`;
	if (outcome === 'SOURCE_HIT') origins.remember(name, tracer.inject(journal, stage, {}));
	const origin = outcome === 'CACHE_HIT' ? origins.of(name) : undefined;
	if (origin !== undefined) tracer.link(journal, stage, 'populated_by', origin);
}

function count(binding: BetaBinding, result: object | undefined, request: object): void {
	const readers = binding.lookup;
	const source = read(readers?.source, request) ?? 'unknown';
	const outcome = (result && read(readers?.outcome, result)) ?? 'ERROR';
	const fallback = result && read(readers?.fallback, result);
	const retries = (result && read(readers?.retryCount, result)) ?? 0;
	const isHit = outcome === 'CACHE_HIT';
	const failure = result === undefined ? fault : read(readers?.failure, result);
	metrics.lookups.of(source, outcome).add(1);
	(isHit ? metrics.cacheHits : metrics.cacheMisses).of(source).add(1);
	if (fallback !== undefined) metrics.lookupFallbacks.of(source, fallback).add(1);
	const stats = lookupStats.of(source);
	stats?.cache.add(isHit);
	stats?.coverage.add(isHit || (fallback !== undefined && fallback !== 'FAIL'));
	if (stats !== undefined && fallback !== undefined) stats.lastFallback = fallback;
	if (retries === 0) return;
	const hasRecovered = failure === undefined || failure.isUnknownKey === true;
	const failures = hasRecovered ? retries - 1 : retries;
	if (failures > 0) metrics.retries.of('ENRICHMENT', 'FAILURE').add(failures);
	if (!hasRecovered) return;
	metrics.retries.of('ENRICHMENT', 'SUCCESS').add(1);
	const since = firstFailures.get(request);
	if (since !== undefined) metrics.recoverySeconds.of('ENRICHMENT').record((nowMs() - since) / 1000);
}

function tellFailure(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	{ errorCode, category, isUnknownKey, isRejected }: LookupFailure,
	result: object | undefined,
	request: object,
): void {
	const source = read(binding.lookup?.source, request) ?? 'unknown';
	const fallback = (result && read(binding.lookup?.fallback, result)) ?? 'FAIL';
	const retries = (result && read(binding.lookup?.retryCount, result)) ?? 0;
	const context = tracer.inject(journal, stage, {});
	const recordId = read(binding.lookup?.recordId, request);
	if (!isUnknownKey) metrics.sourceErrors.of(source, errorCode, category).add(1);
	errors.report(errorCode, {
		severity: fallback === 'FAIL' ? 'ERROR' : 'WARN',
		recordId,
		context,
		dimensions: { 'pipeline.enrichment_source': source, 'pipeline.fallback': fallback },
	});
	const isExhausted = retries > 0 && category === 'TRANSIENT' && !isRejected;
	if (isExhausted) tellUnavailable(source, undefined, { context, recordId });
}

/** A source gives nothing any more: what that means for the records to come. */
export function tellUnavailable(
	source: string,
	resetMs: number | undefined,
	detail: { readonly context?: object; readonly recordId?: string | undefined },
): void {
	const impact = assessImpact(lookupStats.of(source), resetMs);
	telemetry.events.emit(event['pipeline.beta.enrichment.audit.source_unavailable'], {
		...detail,
		correlationId: source,
		dimensions: {
			'pipeline.enrichment_source': source,
			'pipeline.impact_level': impact.level,
			'pipeline.records_at_risk': impact.recordsAtRisk,
			'pipeline.fallback': lookupStats.of(source)?.lastFallback ?? 'FAIL',
			'audit.resource_id': source,
			'audit.outcome': 'FAILURE',
		},
	});
}
