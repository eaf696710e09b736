import type { AttributeDef, SpanDef } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/alpha';
import * as Flag from '../src/recorder/flag.ts';
import { TwinJournal } from '../test/encoding/twin-journal.ts';

/** Stages of a typical record. */
export const STAGES = 14;
const NUMBERS = 10;
const SPANS: readonly SpanDef[] = [
	span['alpha.parser.parse'],
	span['alpha.validation.validate'],
	span['alpha.buffer.wait'],
	span['alpha.handoff.send'],
];
const COPIED = {
	record: [
		attribute['pipeline.record_id'],
		attribute['pipeline.lineage_id'],
		attribute['pipeline.batch_id'],
		attribute['pipeline.correlation_id'],
	],
	stage: [
		attribute['pipeline.checksum'],
		attribute['pipeline.transfer_batch_id'],
		attribute['pipeline.actual_checksum'],
		attribute['pipeline.authorization_ref'],
	],
};
const REPEATED = {
	record: [attribute['pipeline.source_id'], attribute['pipeline.tenant']],
	stage: [attribute['pipeline.queue'], attribute['pipeline.target_schema']],
};

/**
 * A sampled record as most are: 14 stages, 10 numbers, 4 texts of 36 characters and 4 that repeat.
 *
 * @param texts whether the texts are those of the whole record (ids, source, tenant), which every span carries, or of one stage each
 */
export function typicalJournal(sequence: number, texts: 'record' | 'stage'): TwinJournal {
	const journal = new TwinJournal(
		{
			traceId: [0x12345678, sequence, 0x5eadbeef, 77],
			parentSpanId: [0, 0],
			sequence,
			epoch: 0,
			baseMs: 1_795_000_000_000.25 + sequence,
			flags: Flag.SAMPLED | Flag.ROOT | Flag.RANDOM,
		},
		'ot=th:e6666666666666',
	);
	const stageTexts: readonly AttributeDef[] = [...COPIED[texts], ...REPEATED[texts]];
	journal.begin(span['alpha.record.ingest']);
	for (let stage = 1; stage < STAGES; stage++) {
		journal.enter(SPANS[stage % SPANS.length] as SpanDef, 0, stage * 1_500);
		if (stage <= NUMBERS) journal.set(stage, attribute['pipeline.field_count'], stage * 371);
		if (stage === 1) journal.set(stage, attribute['pipeline.schema_id'], 2);
		if (stage === 2) journal.set(stage, attribute['pipeline.content_type'], 1);
		const text = stageTexts[stage - 1];
		if (text !== undefined)
			journal.set(stage, text, stage <= 4 ? `0199a5c4-7f3e-7abc-8def-${String(sequence).padStart(12, '0')}` : 2);
		journal.exit(stage, 1_200, 0);
	}
	journal.exit(0, 40_000, 0);
	return journal;
}
