import {
	type AlphaBetaBatch,
	JOURNAL,
	type Runtime,
	STAGE,
	seededRuntime,
	stringValue,
	type ValidatedRecord,
} from '@pipeline/model';

export const runtime: Runtime = seededRuntime(1, 'test');

export function record(name: string): ValidatedRecord {
	return {
		recordId: runtime.uuid('record'),
		parsedRecordRef: name,
		fields: { name: stringValue(name) },
		validationTimestamp: runtime.timestamp(),
		validationDurationMs: 0,
		rulesEvaluated: 1,
		rulesPassed: 1,
		qualityScore: 1,
		qualityFlags: ['COMPLETE'],
		classification: 'INTERNAL',
		personalFields: [],
		lineageId: runtime.uuid('lineage'),
		[JOURNAL]: 0,
		[STAGE]: 0,
	};
}

export function batch(...names: string[]): AlphaBetaBatch {
	return {
		batchId: runtime.uuid('batch'),
		correlationId: 'run-1',
		priority: 'NORMAL',
		records: names.map(record),
		validationSummary: {
			totalRecordsValidated: names.length,
			recordsPassed: names.length,
			recordsFailed: 0,
			averageQualityScore: 1,
		},
	};
}
