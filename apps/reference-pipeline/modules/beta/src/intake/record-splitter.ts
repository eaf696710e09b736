import { type Fields, type FieldValue, JOURNAL, type Runtime, STAGE, type ValidatedRecord } from '@pipeline/model';
import { fieldOf } from '../fields/field-of.ts';
import type { SplitRule } from '../profile/profile-schema.ts';

/** Makes several records of one. */
export class RecordSplitter {
	readonly #runtime: Runtime;

	constructor(runtime: Runtime) {
		this.#runtime = runtime;
	}

	/**
	 * One record per element of the array field, each with an id and lineage of its own. The fields of a map replace
	 * those of the record, another value takes the place of the array (or goes to `itemTarget`). A record whose field
	 * is no array of at least two elements stays whole.
	 */
	split(record: ValidatedRecord, rule: SplitRule): ValidatedRecord[] {
		const array = fieldOf(record.fields, rule.arrayField);
		if (array?.fieldType !== 'ARRAY' || array.arrayValue.length < 2) return [record];
		const { [rule.arrayField]: _, ...rest } = record.fields;
		return array.arrayValue.map((item) => this.#part(record, partFields(rest, item, rule)));
	}

	#part(record: ValidatedRecord, fields: Fields): ValidatedRecord {
		const { sourceId, ingestionTimestamp, sourceTimestamp } = record;
		return {
			recordId: this.#runtime.uuid('split-record'),
			parsedRecordRef: record.parsedRecordRef,
			fields,
			validationTimestamp: record.validationTimestamp,
			validationDurationMs: record.validationDurationMs,
			rulesEvaluated: record.rulesEvaluated,
			rulesPassed: record.rulesPassed,
			qualityScore: record.qualityScore,
			qualityFlags: record.qualityFlags,
			...(sourceId !== undefined && { sourceId }),
			...(ingestionTimestamp !== undefined && { ingestionTimestamp }),
			...(sourceTimestamp !== undefined && { sourceTimestamp }),
			classification: record.classification,
			personalFields: record.personalFields,
			lineageId: this.#runtime.uuid('split-lineage'),
			parentIds: [record.recordId],
			[JOURNAL]: 0,
			[STAGE]: 0,
		};
	}
}

function partFields(rest: Fields, item: FieldValue, rule: SplitRule): Fields {
	if (item.fieldType === 'MAP') return { ...rest, ...item.mapValue };
	return { ...rest, [rule.itemTarget ?? rule.arrayField]: item };
}
