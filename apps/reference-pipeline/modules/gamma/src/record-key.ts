import type { TransformedRecord } from '@pipeline/model';

/** The unit that ends once: a record in one target schema. */
export function recordKey(record: Pick<TransformedRecord, 'recordId' | 'targetSchema'>): string {
	return `${record.recordId}|${record.targetSchema}`;
}
