import * as v from 'valibot';
import { conditionShape } from '../fields/condition.ts';
import { type RuleType, ruleCatalogue } from '../rules/catalogue.ts';
import { compositeShape } from '../rules/composite.ts';
import { byField, fieldName, jsonValue, pattern } from '../rules/names.ts';
import { FIELD_TYPES } from './field-types.ts';

const id = v.pipe(v.string(), v.regex(/^[\w.:-]{1,100}$/, 'letters, digits and . : _ - only, at most 100'));
const fieldType = v.picklist(FIELD_TYPES);

const fieldDeclaration = v.strictObject({
	type: fieldType,
	required: v.optional(v.boolean(), false),
	pattern: v.optional(pattern),
});

const mapping = v.variant('kind', [
	v.strictObject({ kind: v.literal('DIRECT'), source: fieldName, target: fieldName, type: v.optional(fieldType) }),
	v.strictObject({ kind: v.literal('COMPOSITE'), ...compositeShape }),
	v.strictObject({
		kind: v.literal('DECOMPOSE'),
		source: fieldName,
		separator: v.pipe(v.string(), v.minLength(1)),
		targets: v.pipe(v.array(fieldName), v.minLength(1), v.maxLength(100)),
	}),
	v.strictObject({
		kind: v.literal('CONDITIONAL'),
		target: fieldName,
		cases: v.pipe(
			v.array(v.strictObject({ when: conditionShape, source: v.optional(fieldName), value: v.optional(jsonValue) })),
			v.minLength(1),
		),
		otherwise: v.optional(v.strictObject({ source: v.optional(fieldName), value: v.optional(jsonValue) })),
	}),
	v.strictObject({ kind: v.literal('DEFAULT'), target: fieldName, value: jsonValue }),
]);

const onError = v.strictObject({
	policy: v.picklist(['FAIL', 'SKIP', 'DEFAULT', 'NULL']),
	default: v.optional(jsonValue),
});

const rule = v.strictObject({
	id: v.optional(id),
	type: v.picklist(Object.keys(ruleCatalogue) as RuleType[]),
	onError: v.optional(onError),
	config: v.unknown(),
});

const consistencyCheck = v.strictObject({
	leftField: fieldName,
	operator: v.picklist(['LT', 'LE', 'EQ', 'NE', 'GE', 'GT']),
	rightField: fieldName,
});

const weight = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const targetSchema = v.strictObject({
	schemaId: id,
	version: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
	fields: v.optional(byField(fieldDeclaration), {}),
	passUnmapped: v.optional(v.boolean(), false),
	mappings: v.optional(v.array(mapping), []),
	rules: v.optional(v.array(rule), []),
	ruleSets: v.optional(v.record(id, v.array(rule)), {}),
	consistencyChecks: v.optional(v.array(consistencyCheck), []),
	timelinessField: v.optional(fieldName),
	weights: v.optional(
		v.strictObject({ completeness: weight, consistency: weight, conformance: weight, timeliness: weight }),
	),
});

const merge = v.strictObject({
	keyFields: v.pipe(v.array(fieldName), v.minLength(1)),
	maxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(10_000)), 1000),
	collect: v.optional(v.array(fieldName), []),
});

const split = v.strictObject({ arrayField: fieldName, itemTarget: v.optional(fieldName) });

/** Shape of a profile file (JSON). Unknown keys are refused. */
export const profileSchema = v.pipe(
	v.strictObject({
		profileId: id,
		version: v.pipe(v.number(), v.integer(), v.minValue(1)),
		author: v.optional(v.string(), 'unknown'),
		effectiveAt: v.optional(v.string()),
		merge: v.optional(merge),
		split: v.optional(split),
		targetSchemas: v.pipe(v.array(targetSchema), v.minLength(1), v.maxLength(100)),
	}),
	v.check(
		(profile) => new Set(profile.targetSchemas.map((t) => t.schemaId)).size === profile.targetSchemas.length,
		'two target schemas have the same id',
	),
	v.check((profile) => !(profile.merge && profile.split), 'merge and split exclude each other'),
);

/** A profile as its file is written, with optional parts left out. */
export type ProfileInput = v.InferInput<typeof profileSchema>;
/** A profile with every default filled in. */
export type Profile = v.InferOutput<typeof profileSchema>;
/** One schema that records are brought into. */
export type TargetSchema = Profile['targetSchemas'][number];
/** How a target field gets its value. */
export type Mapping = TargetSchema['mappings'][number];
/** A rule as a profile declares it. */
export type RuleDeclaration = TargetSchema['rules'][number];
/** What a target schema says of one field. */
export type FieldDeclaration = TargetSchema['fields'][string];
/** How records of a batch with equal key fields become one. */
export type MergeRule = NonNullable<Profile['merge']>;
/** Which array field makes one record per element. */
export type SplitRule = NonNullable<Profile['split']>;
