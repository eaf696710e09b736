import * as v from 'valibot';
import { byField, fieldName, jsonValue } from './names.ts';

/** What a lookup does that gave no value. */
export const FALLBACK_ACTIONS = ['FAIL', 'SKIP', 'DEFAULT', 'STALE'] as const;

const enrichmentMapping = v.pipe(
	v.strictObject({
		source: v.pipe(v.string(), v.minLength(1)),
		lookupKey: fieldName,
		fieldMappings: byField(fieldName),
		fallback: v.optional(v.picklist(FALLBACK_ACTIONS), 'FAIL'),
		default: v.optional(v.record(v.string(), jsonValue)),
		ttlSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(86_400))),
	}),
	v.check((m) => m.fallback !== 'DEFAULT' || m.default !== undefined, 'fallback DEFAULT needs default'),
);

/**
 * Config of TR15. `lookupKey` is the field that holds the key, `fieldMappings` maps fields of the answer to fields of
 * the record, `default` stands in for an answer.
 */
export const enrichmentConfig = v.strictObject({ enrichmentMappings: v.array(enrichmentMapping) });

/** One source to ask for a record and where its answer goes. */
export type EnrichmentMapping = v.InferOutput<typeof enrichmentMapping>;
