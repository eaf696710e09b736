/**
 * Keys whose values name one thing among many: records and lineages are found, joined and counted by them. Where such a value holds something
 * that may not be shown, it is hashed as a whole: what was found, replaced by what it is, would make one id of many.
 */
const ID_KEYS: ReadonlySet<string> = new Set(
	[
		'pipeline.record_id pipeline.lineage_id pipeline.parent_ids pipeline.raw_record_ref pipeline.original_ref',
		'pipeline.batch_id pipeline.transfer_batch_id pipeline.correlation_id pipeline.ack.correlation_id',
		'pipeline.entry_id pipeline.error_id pipeline.message_id pipeline.acknowledgment_id pipeline.attempt_id pipeline.attempt_ids',
		'pipeline.execution_id pipeline.operation_id pipeline.trigger_id pipeline.report_id audit.resource_id',
		// What lines of module logs call them.
		'record_id batch_id correlation_id',
	]
		.join(' ')
		.split(' '),
);

/** Whether values under this key are ids of single things. */
export const isIdKey = (key: string): boolean => ID_KEYS.has(key);
