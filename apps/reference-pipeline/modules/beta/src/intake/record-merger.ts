import {
	arrayValue,
	type FieldValue,
	highestClassification,
	JOURNAL,
	type Runtime,
	STAGE,
	type ValidatedRecord,
} from '@pipeline/model';
import { fieldOf, isPresent } from '../fields/field-of.ts';
import type { MergeRule } from '../profile/profile-schema.ts';

/** Makes one record of several. */
export class RecordMerger {
	readonly #runtime: Runtime;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	/**
	 * Merges at least one record into a new one with an id and lineage of its own, whose parents are the merged
	 * records. Of each field the first value that is not null counts; `collect` fields become arrays of all values.
	 * Labels and personal fields are those of all parts, the quality score is that of the worst.
	 */
	merge(records: readonly ValidatedRecord[], rule: MergeRule): ValidatedRecord {
		const first = records[0] as ValidatedRecord;
		const parentIds = records.map(({ recordId }) => recordId);
		const recordId = this.#runtime.uuid('merged-record');
		const ingested = records.flatMap(({ ingestionTimestamp }) => ingestionTimestamp ?? []).sort();
		return {
			recordId,
			parsedRecordRef: first.parsedRecordRef,
			fields: mergedFields(records, rule),
			validationTimestamp: records
				.map((record) => record.validationTimestamp)
				.sort()
				.at(-1) as string,
			validationDurationMs: sum(records, (record) => record.validationDurationMs),
			rulesEvaluated: sum(records, (record) => record.rulesEvaluated),
			rulesPassed: sum(records, (record) => record.rulesPassed),
			qualityScore: records.reduce((lowest, record) => Math.min(lowest, record.qualityScore), 1),
			qualityFlags: union(records.map((record) => record.qualityFlags)),
			...(first.sourceId !== undefined && { sourceId: first.sourceId }),
			...(ingested[0] !== undefined && { ingestionTimestamp: ingested[0] }),
			classification: highestClassification(records.map((record) => record.classification)),
			personalFields: union(records.map((record) => record.personalFields)),
			lineageId: this.#runtime.uuid('merged-lineage'),
			parentIds,
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	}
}

function mergedFields(records: readonly ValidatedRecord[], rule: MergeRule): Record<string, FieldValue> {
	const fields: Record<string, FieldValue> = {};
	for (const record of records) {
		for (const [name, value] of Object.entries(record.fields)) {
			if (!isPresent(fieldOf(fields, name))) fields[name] = value;
		}
	}
	for (const name of rule.collect) {
		fields[name] = arrayValue(records.map((record) => fieldOf(record.fields, name)).filter(isPresent));
	}
	return fields;
}

function union(lists: readonly (readonly string[])[]): string[] {
	return [...new Set(lists.flat())];
}

function sum(records: readonly ValidatedRecord[], of: (record: ValidatedRecord) => number): number {
	return records.reduce((total, record) => total + of(record), 0);
}
