import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { eventRow } from '../../src/events/event-row.ts';
import { edgeRows } from '../../src/lineage/edge-row.ts';

const START = Date.parse('2026-11-21T10:00:00.000Z');

export interface Sample {
	readonly tenant?: string;
	/** Milliseconds after the start of the sample day. */
	readonly at?: number;
}

/** A UUID that a reader can tell: `family` says what it names, `number` which. */
export function uuid(family: number, number: number): string {
	return `01a1ff27-8260-7000-${(0x8000 + family).toString(16)}-${number.toString(16).padStart(12, '0')}`;
}

export const traceId = (number: number) => number.toString(16).padStart(32, 'a');
export const spanId = (number: number) => number.toString(16).padStart(16, 'b');
export const instant = (ms: number) => new Date(START + ms).toISOString().replace('Z', '000Z');
export const startNanos = BigInt(START) * 1_000_000n;

let events = 0;

interface Draft extends Sample {
	readonly name: string;
	readonly record?: string;
	readonly trace?: string;
	readonly span?: string;
	readonly batch?: string;
	readonly outcome?: string;
	readonly dimensions?: Readonly<Record<string, string>>;
}

export function event({
	name,
	record,
	trace,
	span,
	batch,
	tenant,
	at = 0,
	outcome,
	dimensions,
}: Draft): TelemetryEvent {
	const [, module = '', component = '', type = ''] = name.split('.');
	const isAudit = type === 'audit';
	return {
		eventId: uuid(1, ++events),
		timestamp: instant(at),
		module: module.toUpperCase() as TelemetryEvent['module'],
		component,
		eventType: isAudit ? 'AUDIT' : 'TRACE',
		severity: 'INFO',
		name,
		dimensions: {
			...(isAudit ? { 'audit.actor_id': 'pipeline', 'audit.outcome': outcome ?? 'SUCCESS' } : {}),
			...(tenant === undefined ? {} : { 'pipeline.tenant': tenant }),
			...dimensions,
		},
		...(record === undefined ? {} : { recordId: record }),
		...(trace === undefined ? {} : { traceId: trace, spanId: span ?? spanId(events) }),
		...(batch === undefined ? {} : { batchId: batch, correlationId: batch }),
	};
}

export interface Story extends Sample {
	readonly record: string;
	readonly trace?: string;
	readonly batch?: string;
	readonly lineage?: string;
	readonly source?: string;
}

export const ingested = ({ source = 'FILE:flights', lineage = uuid(2, 1), ...story }: Story): TelemetryEvent =>
	event({
		name: 'pipeline.alpha.adapter.audit.record_ingested',
		...story,
		dimensions: {
			'pipeline.source_id': source,
			'pipeline.lineage_id': lineage,
			'pipeline.ingestion_timestamp': instant(story.at ?? 0),
			'pipeline.validation_outcome': 'PASSED',
			'pipeline.quality_score': '1',
			'pipeline.classification': 'INTERNAL',
		},
	});

export const mapped = (story: Story, schema: string, before = '', after = ''): TelemetryEvent =>
	event({
		name: 'pipeline.beta.mapping.audit.record_mapped',
		...story,
		dimensions: {
			'pipeline.target_schema': schema,
			'pipeline.rules': 'DIRECT 2,COMPOSITE 1',
			...(before === '' ? {} : { 'pipeline.checksum_before': before, 'pipeline.checksum_after': after }),
		},
	});

export const fieldTransformed = (story: Story, rule: string, field: string): TelemetryEvent =>
	event({
		name: 'pipeline.beta.transform.audit.field_transformed',
		...story,
		dimensions: {
			'pipeline.rule_id': rule,
			'pipeline.field_name': field,
			'pipeline.before': '***',
			'pipeline.after': '***',
		},
	});

export const enriched = (story: Story, source: string): TelemetryEvent =>
	event({
		name: 'pipeline.beta.enrichment.audit.source_queried',
		...story,
		dimensions: { 'pipeline.enrichment_source': source, 'pipeline.cache.status': 'MISS' },
	});

export const attempted = (story: Story, destination: string, number: number, error?: string): TelemetryEvent =>
	event({
		name: 'pipeline.gamma.delivery.audit.delivery_attempted',
		...story,
		outcome: error === undefined ? 'SUCCESS' : 'FAILURE',
		dimensions: {
			'pipeline.destination_id': destination,
			'pipeline.attempt_number': String(number),
			'pipeline.status': error === undefined ? 'SUCCESS' : 'FAILED',
			...(error === undefined ? {} : { 'error.type': error }),
		},
	});

export const delivered = (story: Story, destination: string): TelemetryEvent =>
	event({
		name: 'pipeline.gamma.delivery.audit.delivery_confirmed',
		...story,
		dimensions: {
			'pipeline.destination_id': destination,
			'pipeline.acknowledgment_id': uuid(3, 1),
			'pipeline.acknowledgment_timestamp': instant(story.at ?? 0),
		},
	});

export const deadLettered = (story: Story, destination: string, entry: string): TelemetryEvent =>
	event({
		name: 'pipeline.gamma.dlq.audit.entry_created',
		...story,
		dimensions: {
			'pipeline.destination_id': destination,
			'pipeline.entry_id': entry,
			'pipeline.failure_reason': 'PERMANENT_FAILURE',
			'pipeline.attempt_count': '3',
		},
	});

export const replayed = (story: Story, entry: string, module: 'alpha' | 'beta' | 'gamma' = 'gamma'): TelemetryEvent =>
	event({
		name: `pipeline.${module}.${module === 'gamma' ? 'dlq' : 'error_queue'}.audit.entry_replayed`,
		...story,
		dimensions: { 'pipeline.entry_id': entry, 'pipeline.operator': 'operator-7', 'pipeline.justification': 'fixed' },
	});

export const split = (story: Story, parent: string): TelemetryEvent =>
	event({
		name: 'pipeline.alpha.parser.audit.record_split',
		...story,
		dimensions: { 'pipeline.parent_ids': parent, 'pipeline.count': '2', 'pipeline.relation': 'split' },
	});

export const merged = (story: Story, parents: readonly string[]): TelemetryEvent =>
	event({
		name: 'pipeline.beta.mapping.audit.records_merged',
		...story,
		dimensions: { 'pipeline.parent_ids': parents.join(','), 'pipeline.relation': 'merge' },
	});

export const transformationFailed = (story: Story, rule: string, code: string): TelemetryEvent =>
	event({
		name: 'pipeline.beta.transform.audit.transformation_failed',
		...story,
		outcome: 'FAILURE',
		dimensions: {
			'pipeline.stage': 'MAPPING',
			'pipeline.rule_id': rule,
			'pipeline.error_code': code,
			'error.type': code,
		},
	});

export const completed = (
	story: Story,
	module: 'alpha' | 'beta' | 'gamma',
	outcome: string,
	dimensions: Readonly<Record<string, string>> = {},
): TelemetryEvent =>
	event({
		name: `pipeline.${module}.trace.trace.completed`,
		...story,
		dimensions: { 'pipeline.trace.outcome': outcome, ...dimensions },
	});

let inserts = 0;

/** As the receiver adds them: audit and its edges, and everything else beside. */
export async function addEvents(database: StoreDatabase, added: readonly TelemetryEvent[]): Promise<void> {
	const origin = { service: 'pipeline', receivedAt: instant(3_600_000) };
	await addRows(
		database,
		'audit_events',
		added.map((each) => eventRow(each, origin)),
	);
	await addRows(
		database,
		'lineage_edges',
		added.flatMap((each) => [...edgeRows(each)]),
	);
}

export async function addRows(database: StoreDatabase, table: string, rows: readonly object[]): Promise<void> {
	const lines = rows.map((row) => JSON.stringify(row)).join('\n');
	await database.insert(table, Buffer.from(lines), `sample-${++inserts}`);
}
