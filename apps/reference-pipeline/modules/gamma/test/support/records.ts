import { type Fields, fromPlain, JOURNAL, STAGE, type TransformedRecord } from '@pipeline/model';

/** A transformed record. Plain values become typed fields. */
export function recordOf(
	recordId: string,
	plain: Readonly<Record<string, unknown>> = { name: recordId },
	changes: Partial<TransformedRecord> = {},
): TransformedRecord {
	const fields = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, fromPlain(value)]));
	return withFields(recordId, fields, changes);
}

/** A transformed record with typed fields. */
export function withFields(
	recordId: string,
	fields: Fields,
	changes: Partial<TransformedRecord> = {},
): TransformedRecord {
	return {
		recordId,
		fields,
		targetSchema: 'flight',
		qualityScore: 0.9,
		qualityDimensions: {
			completenessScore: 1,
			consistencyScore: 1,
			conformanceScore: 1,
			timelinessScore: 0.6,
			overallScore: 0.9,
		},
		transformationTimestamp: '2026-01-01T00:00:00.000000Z',
		rulesApplied: 3,
		lineageId: `lineage-${recordId}`,
		classification: 'INTERNAL',
		personalFields: [],
		[JOURNAL]: 7,
		[STAGE]: 3,
		...changes,
	};
}

/** A batch as the intake takes it. */
export function batchOf(batchId: string, records: readonly TransformedRecord[]) {
	return { metadata: { batchId }, records };
}
