import { CLASSIFICATIONS, type DataClassification } from '@pipeline/model';

/** Whether a destination may receive a record. An unknown label of the record counts as the highest, of the destination as the lowest. */
export function isPermitted(record: DataClassification, destination: DataClassification): boolean {
	const needed = CLASSIFICATIONS.indexOf(record);
	return (needed === -1 ? CLASSIFICATIONS.length - 1 : needed) <= Math.max(0, CLASSIFICATIONS.indexOf(destination));
}
