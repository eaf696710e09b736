import { describe, expect, it } from 'vitest';
import { BUILT_IN_TABLES } from '../../src/registry/index.ts';
import { lineageEdgesOf, type TelemetryEvent } from '../../src/schema/index.ts';
import { auditEvent, EVENT_ID, logEvent, NOW, SPAN_ID, TRACE_ID } from './events.ts';

const STEP = { timestamp: NOW, module: 'ALPHA', stepId: EVENT_ID, recordId: 'r-1' };

function entry(name: string, dimensions: Record<string, string>): TelemetryEvent {
	return { ...auditEvent, name, dimensions: { ...auditEvent.dimensions, ...dimensions } };
}

const ends = (event: TelemetryEvent) =>
	lineageEdgesOf(event).map(({ parentId, relation, childId }) => `${parentId} ${relation} ${childId}`);

describe('lineage', () => {
	it('begins where a record comes from', () => {
		const name = 'pipeline.alpha.adapter.audit.record_ingested';
		const dimensions = { 'pipeline.source_id': 'FILE:a', 'pipeline.lineage_id': 'l-1' };
		expect(lineageEdgesOf({ ...entry(name, dimensions), traceId: TRACE_ID, spanId: SPAN_ID, batchId: 'b-1' })).toEqual([
			{
				...STEP,
				parentId: 'source:FILE:a',
				childId: 'record:r-1',
				relation: 'DERIVE',
				operation: name,
				lineageId: 'l-1',
				batchId: 'b-1',
				traceId: TRACE_ID,
				spanId: SPAN_ID,
			},
		]);
	});

	it('has a step for each target schema, with the checksums around it', () => {
		const mapped = entry('pipeline.beta.mapping.audit.record_mapped', {
			'pipeline.target_schema': 'flight',
			'pipeline.rules': 'm-1,m-2',
			'pipeline.checksum_before': 'a',
			'pipeline.checksum_after': 'b',
		});
		expect(ends(mapped)).toEqual(['record:r-1 DERIVE schema:r-1/flight']);
		expect(lineageEdgesOf(mapped)[0]).toMatchObject({
			ruleId: 'm-1,m-2',
			previousChecksum: 'a',
			resultingChecksum: 'b',
		});
	});

	it('joins all records that were merged', () => {
		const merged = entry('pipeline.beta.mapping.audit.records_merged', { 'pipeline.parent_ids': 'r-2, r-3' });
		expect(ends(merged)).toEqual(['record:r-2 MERGE record:r-1', 'record:r-3 MERGE record:r-1']);
	});

	it('believes 1,024 parents', () => {
		const ids = Array.from({ length: 1_025 }, (_, number) => `r-${number}`).join();
		expect(ends(entry('pipeline.alpha.parser.audit.record_split', { 'pipeline.parent_ids': ids }))).toHaveLength(1_024);
	});

	it('ends where the record is delivered, or goes no further', () => {
		expect(ends(entry('pipeline.gamma.delivery.audit.delivery_confirmed', { 'pipeline.destination_id': 'd' }))).toEqual(
			['record:r-1 COPY destination:d'],
		);
		expect(ends(entry('pipeline.gamma.dlq.audit.entry_created', { 'pipeline.entry_id': 'e' }))).toEqual([
			'record:r-1 REJECT entry:e',
		]);
	});

	it.each(['alpha', 'beta', 'gamma'])('goes through the error queue of %s, and on from there', (module) => {
		const queued = (name: string) =>
			ends(entry(`pipeline.${module}.error_queue.audit.${name}`, { 'pipeline.entry_id': 'e' }));
		expect(queued('entry_created')).toEqual(['record:r-1 REJECT entry:e']);
		expect(queued('entry_replayed')).toEqual(['entry:e DERIVE record:r-1']);
	});

	it('names what was read where it never became a record', () => {
		const raw = { 'pipeline.raw_record_ref': 'b-1#7', 'pipeline.source_id': 'FILE:a', 'pipeline.entry_id': 'e' };
		const ofRaw = (name: string) => {
			const { recordId: _, ...nobody } = entry(`pipeline.alpha.${name}`, raw);
			return ends(nobody);
		};
		expect(ofRaw('parser.audit.parse_failed')).toEqual(['source:FILE:a DERIVE raw:b-1#7']);
		expect(ofRaw('error_queue.audit.entry_created')).toEqual(['raw:b-1#7 REJECT entry:e']);
		expect(ofRaw('error_queue.audit.entry_replayed')).toEqual(['entry:e DERIVE raw:b-1#7']);
	});

	it('is told by no other event, and by none that says too little', () => {
		expect(ends(logEvent)).toEqual([]);
		expect(ends({ ...logEvent, name: 'made.up' })).toEqual([]);
		expect(ends(entry('pipeline.gamma.delivery.audit.delivery_confirmed', {}))).toEqual([]);
		const { recordId: _, ...nobody } = entry('pipeline.beta.mapping.audit.record_mapped', {
			'pipeline.target_schema': 's',
		});
		expect(ends(nobody)).toEqual([]);
	});

	it('knows a rule for every relation', () => {
		const events = Object.values(BUILT_IN_TABLES).flatMap(({ events }) => Object.values(events ?? {}));
		const relations = new Set(events.map(({ lineage }) => lineage?.relation));
		expect([...relations].filter((relation) => relation !== undefined).sort()).toEqual([
			'COPY',
			'DERIVE',
			'MERGE',
			'REJECT',
			'SPLIT',
		]);
	});
});
