import * as v from 'valibot';

/** What the public schemas of OpenLineage 2-0-2 and of the facets demand; and nothing that they do not know. */

const uri = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9+.-]*:\S+$/));
const name = v.pipe(v.string(), v.minLength(1));
const schemaUrl = (type: string) => v.pipe(uri, v.endsWith(`#/$defs/${type}`));
const base = (type: string) => ({ _producer: uri, _schemaURL: schemaUrl(type) });

const inputField = v.strictObject({
	...{ namespace: name, name, field: name },
	transformations: v.optional(
		v.array(
			v.strictObject({
				type: v.picklist(['DIRECT', 'INDIRECT']),
				subtype: v.optional(name),
				description: v.optional(v.string()),
				masking: v.optional(v.boolean()),
			}),
		),
	),
});

const dataset = v.strictObject({
	...{ namespace: name, name },
	facets: v.optional(
		v.strictObject({
			columnLineage: v.optional(
				v.strictObject({
					...base('ColumnLineageDatasetFacet'),
					fields: v.record(v.string(), v.strictObject({ inputFields: v.array(inputField) })),
				}),
			),
		}),
	),
});

export const runEventSchema = v.strictObject({
	eventType: v.picklist(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']),
	eventTime: v.pipe(v.string(), v.isoTimestamp()),
	producer: uri,
	schemaURL: schemaUrl('RunEvent'),
	run: v.strictObject({
		runId: v.pipe(v.string(), v.uuid()),
		facets: v.strictObject({
			errorMessage: v.optional(
				v.strictObject({ ...base('ErrorMessageRunFacet'), message: v.string(), programmingLanguage: v.string() }),
			),
		}),
	}),
	job: v.strictObject({
		...{ namespace: name, name },
		facets: v.strictObject({
			jobType: v.strictObject({
				...base('JobTypeJobFacet'),
				...{ processingType: v.string(), integration: v.string(), jobType: v.optional(v.string()) },
			}),
		}),
	}),
	inputs: v.array(dataset),
	outputs: v.array(dataset),
});
