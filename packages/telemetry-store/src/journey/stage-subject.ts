/** What tells most about a stage, first found first. */
const SUBJECT_KEYS = [
	...['pipeline.destination_id', 'pipeline.enrichment_source', 'pipeline.queue', 'pipeline.rule_id'],
	...['pipeline.target_schema', 'pipeline.parser', 'pipeline.source_id'],
];

/** On every span of a record, so that it tells nothing about most of them. */
const ONLY_ON: Readonly<Record<string, RegExp>> = {
	'pipeline.rule_id': /(?:rule|validation_failed|field_transformed|transformation_failed)$/,
	'pipeline.source_id': /(?:ingest|record_ingested)$/,
	'pipeline.parser': /parser/,
};

/** What a stage was done to or with, as its attributes say. */
export function stageSubject(name: string, attributes: Readonly<Record<string, string>>): string | undefined {
	const key = SUBJECT_KEYS.find((each) => attributes[each] && (ONLY_ON[each]?.test(name) ?? true));
	return key === undefined ? undefined : attributes[key];
}
