import type { BatchMetadata } from '@pipeline/model';
import * as v from 'valibot';

const metadataSchema = v.object({
	batchId: v.pipe(v.string(), v.uuid()),
	sequenceNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	recordCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	checksum: v.string(),
	createdAt: v.pipe(
		v.string(),
		v.check((text) => !Number.isNaN(Date.parse(text)), 'not a date'),
	),
});

/** Whether the metadata of a batch are complete and well formed. */
export function checkMetadata(metadata: BatchMetadata): boolean {
	return v.is(metadataSchema, metadata);
}
