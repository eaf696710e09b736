import { nowMs, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, event, span } from '@pipeline/telemetry-core/alpha';
import {
	type BatchLinks,
	heldBack,
	Iteration,
	type Patch,
	read,
	type WorkSpan,
	workCall,
} from '@pipeline/telemetry-core/instrumentation';
import { sourceTypeOf } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import { connectionCode } from './connection-code.ts';
import { errors, metrics } from './metrics.ts';

const UNKNOWN = 'unknown';

/** One round over a source: its fetch, and every record of it, happen inside. */
export function ingest(binding: AlphaBinding): Patch {
	const readers = binding.ingest;
	return {
		target: readers,
		sees: 'ingestion rounds',
		wrap: workCall({
			span: span['alpha.batch.ingest'],
			parent: () => 'root',
			started: {
				event: event['pipeline.alpha.adapter.log.batch_started'],
				detail: (source: unknown) => ({ dimensions: { 'pipeline.source_id': read(readers?.sourceId, source) } }),
			},
			opened(work, source: unknown) {
				work.set(attribute['pipeline.source_id'], read(readers?.sourceId, source));
			},
			settled(work, round: { readonly fetched?: number; readonly rejected?: number } | undefined) {
				work.set(attribute['pipeline.fetched'], round?.fetched);
				work.set(attribute['pipeline.rejected'], round?.rejected);
			},
			failed(work, failure) {
				work.fail(error[connectionCode(failure, 'CONN_007_SOURCE_OUTAGE')], failure);
			},
		}),
	};
}

/** Raw records are read. Their batch points to this span. */
export function fetch(binding: AlphaBinding, links: BatchLinks): Patch {
	const readers = binding.fetch;
	return {
		target: readers,
		sees: 'fetches',
		wrap: heldBack(
			workCall({
				span: span['alpha.adapter.fetch'],
				opened(work, requested: unknown, _second: unknown, source: unknown) {
					const sourceId = read(readers?.sourceId, source);
					work.set(attribute['pipeline.source_id'], sourceId);
					work.set(attribute['pipeline.source_type'], sourceTypeOf(sourceId ?? UNKNOWN));
					work.set(attribute['pipeline.batch_size'], read(readers?.requested, requested));
				},
				settled(work, result: unknown) {
					const items = itemsOf(binding, result);
					work.set(attribute['pipeline.returned'], result instanceof Iteration ? result.count : items.length);
					const [first] = items;
					const batchId = first === undefined ? undefined : read(binding.raw?.batchId, first);
					work.set(attribute['pipeline.batch_id'], batchId);
					links.remember(batchId, work.position());
				},
				failed(work, failure) {
					const code = connectionCode(failure, 'CONN_007_SOURCE_OUTAGE');
					work.fail(error[code], failure);
					errors.report(code, { context: work.position() });
				},
				after(_work, seconds, result: unknown, _requested: unknown, _second: unknown, source: unknown) {
					const sourceId = read(readers?.sourceId, source) ?? UNKNOWN;
					const sourceType = sourceTypeOf(sourceId);
					const outcome = result === undefined ? 'FAILURE' : 'SUCCESS';
					metrics.fetches.of(sourceId, sourceType, outcome).add(1);
					metrics.fetchSeconds.of(sourceType, outcome).record(seconds);
					const count = result instanceof Iteration ? result.count : itemsOf(binding, result).length;
					metrics.recordsFetched.of(sourceId, sourceType).add(count);
					metrics.inProgress.of().add(count);
					measureFetched(binding, itemsOf(binding, result), sourceId, sourceType);
				},
			}),
		),
	};
}

/** Raw records that a fetch returned; of a generator only their number is known. */
function itemsOf(binding: AlphaBinding, result: unknown): readonly unknown[] {
	return result === undefined || result instanceof Iteration ? [] : (read(binding.fetch?.items, result) ?? []);
}

function measureFetched(binding: AlphaBinding, items: readonly unknown[], sourceId: string, sourceType: string): void {
	let bytes = 0;
	for (const raw of items) {
		bytes += read(binding.raw?.sizeBytes, raw) ?? 0;
		const produced = read(binding.raw?.producedAt, raw);
		const ingested = read(binding.raw?.ingestedAt, raw);
		if (produced !== undefined && ingested !== undefined) {
			metrics.sourceLag.of(sourceId).record(Math.max(0, (Date.parse(ingested) - Date.parse(produced)) / 1000));
		}
	}
	metrics.bytesFetched.of(sourceId, sourceType).add(bytes);
}

/** The source learns what it may forget. */
export function acknowledge(binding: AlphaBinding): Patch {
	const readers = binding.acknowledge;
	return {
		target: readers,
		sees: 'acknowledgments to the source',
		wrap: workCall({
			span: span['alpha.adapter.acknowledge'],
			opened(work, refs: unknown, _second: unknown, source: unknown) {
				work.set(attribute['pipeline.source_id'], read(readers?.sourceId, source));
				work.set(attribute['pipeline.acknowledged'], read(readers?.count, refs));
			},
			after(work, _seconds, _result: unknown, refs: unknown, _second: unknown, source: unknown) {
				const sourceType = sourceTypeOf(read(readers?.sourceId, source) ?? UNKNOWN);
				metrics.acknowledgments
					.of(sourceType, work.failed ? 'FAILURE' : 'SUCCESS')
					.add(read(readers?.count, refs) ?? 0);
			},
		}),
	};
}

/** Connections being tried again, since their first failure in milliseconds since the Unix epoch. */
const failing = new WeakMap<WorkSpan, { readonly sinceMs: number; retries: number }>();

/** A connection is about to be tried again. */
export function retried(work: WorkSpan): void {
	const known = failing.get(work);
	if (known === undefined) failing.set(work, { sinceMs: nowMs(), retries: 1 });
	else known.retries++;
}

/** Sources come and go. */
export function connection(binding: AlphaBinding): Patch[] {
	const { connect, disconnect } = binding;
	return [
		{
			target: connect,
			sees: 'connections',
			wrap: workCall({
				span: span['alpha.connection.connect'],
				opened(work, source: unknown) {
					work.set(attribute['pipeline.source_id'], read(connect?.sourceId, source));
					work.set(attribute['pipeline.auth_method'], read(connect?.authMethod, source) ?? 'NONE');
					work.set(attribute['pipeline.tls_version'], read(connect?.tlsVersion, source) ?? 'NONE');
				},
				settled(work) {
					work.set(attribute['pipeline.retry_count'], failing.get(work)?.retries ?? 0);
				},
				failed(work, failure) {
					work.set(attribute['pipeline.retry_count'], failing.get(work)?.retries ?? 0);
					const code = connectionCode(failure, 'CONN_001_NETWORK');
					work.fail(error[code], failure);
					errors.report(code, { context: work.position() });
				},
				after(work, seconds, _result: unknown, source: unknown) {
					const sourceId = read(connect?.sourceId, source) ?? UNKNOWN;
					const outcome = work.failed ? 'FAILURE' : 'SUCCESS';
					metrics.connectionAttempts.of(sourceId, outcome).add(1);
					const known = failing.get(work);
					if (known !== undefined && !work.failed) {
						metrics.retries.of('CONNECTION', 'SUCCESS').add(1);
						metrics.recoverySeconds.of('CONNECTION').record((nowMs() - known.sinceMs) / 1000);
					}
					metrics.connectSeconds.of(sourceTypeOf(sourceId), outcome).record(seconds);
					const detail = {
						auth_method: read(connect?.authMethod, source),
						tls_version: read(connect?.tlsVersion, source),
					};
					for (const name of ['source_authenticated', 'source_connected'] as const)
						tellConnection(name, work.position(), sourceId, seconds, work.failed, detail);
				},
			}),
		},
		{
			target: disconnect,
			sees: 'disconnections',
			wrap: workCall({
				span: span['alpha.connection.disconnect'],
				opened(work, source: unknown) {
					work.set(attribute['pipeline.source_id'], read(disconnect?.sourceId, source));
				},
				after(work, seconds, _result: unknown, source: unknown) {
					tellConnection(
						'source_disconnected',
						work.position(),
						read(disconnect?.sourceId, source) ?? UNKNOWN,
						seconds,
						work.failed,
						{},
					);
				},
			}),
		},
	];
}

function tellConnection(
	name: 'source_connected' | 'source_disconnected' | 'source_authenticated',
	context: object,
	sourceId: string,
	seconds: number,
	isFailure: boolean,
	{
		auth_method = 'NONE',
		tls_version = 'NONE',
	}: { readonly auth_method?: string | undefined; readonly tls_version?: string | undefined },
): void {
	telemetry.events.emit(event[`pipeline.alpha.connection.audit.${name}`], {
		context,
		correlationId: sourceId,
		dimensions: {
			'pipeline.source_id': sourceId,
			'pipeline.auth_method': auth_method,
			'pipeline.tls_version': tls_version,
			'pipeline.duration_ms': Math.round(seconds * 1000),
			'audit.resource_id': sourceId,
			'audit.outcome': isFailure ? 'FAILURE' : 'SUCCESS',
		},
	});
}
