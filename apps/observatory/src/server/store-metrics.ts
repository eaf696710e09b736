import type { IngestStats } from '@pipeline/telemetry-store';

/** Counters of ingest in the text format of Prometheus. */
export function ingestLines(stats: IngestStats): readonly string[] {
	return [
		...family('observatory_ingest_requests_total', 'counter', stats.requests),
		...family('observatory_ingest_bytes_total', 'counter', stats.bytes),
		...family('observatory_ingest_items_total', 'counter', stats.items, 'signal'),
		...family('observatory_ingest_rejected_total', 'counter', stats.rejected, 'reason'),
		...family('observatory_ingest_duplicates_total', 'counter', stats.duplicates),
		...family('observatory_ingest_repeated_requests_total', 'counter', stats.repeatedRequests),
		...family('observatory_ingest_batches_total', 'counter', stats.batches),
		...family('observatory_ingest_insert_errors_total', 'counter', stats.insertErrors),
		...family('observatory_ingest_pending_requests', 'gauge', stats.pendingRequests),
		...family('observatory_ingest_pending_bytes', 'gauge', stats.pendingBytes),
		...family('observatory_ingest_oldest_pending_seconds', 'gauge', stats.oldestPendingMs / 1_000),
		...family('observatory_ingest_overflow_batches', 'gauge', stats.overflow.batches),
		...family('observatory_ingest_overflow_bytes', 'gauge', stats.overflow.bytes),
		...family('observatory_ingest_dead_letters_total', 'counter', { ...stats.deadLetters }, 'fate'),
	];
}

function family(
	name: string,
	type: 'counter' | 'gauge',
	value: number | Readonly<Record<string, number>>,
	label = '',
): readonly string[] {
	const lines =
		typeof value === 'number'
			? [`${name} ${value}`]
			: Object.entries(value).map(([key, count]) => `${name}{${label}="${key}"} ${count}`);
	return [`# TYPE ${name} ${type}`, ...lines];
}
