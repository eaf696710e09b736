import { type BatchTransfer, checksumOf } from '@pipeline/model';

/** How a batch differs from what its metadata say. */
export interface IntegrityFault {
	readonly check: 'CHECKSUM' | 'COUNT';
	readonly expected: string;
	readonly actual: string;
}

/** Compares count and SHA-256 with the metadata; undefined when both are right. */
export function integrityFaultOf({ metadata, records }: BatchTransfer): IntegrityFault | undefined {
	if (metadata.recordCount !== records.length) {
		return { check: 'COUNT', expected: String(metadata.recordCount), actual: String(records.length) };
	}
	const actual = checksumOf(records);
	return actual === metadata.checksum ? undefined : { check: 'CHECKSUM', expected: metadata.checksum, actual };
}
