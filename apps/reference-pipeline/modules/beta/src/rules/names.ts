import * as v from 'valibot';

/** Longest text that a pattern is run on; longer ones fail, so that no pattern can stall the stage. */
export const MAX_PATTERN_INPUT = 10_000;

/** A field name of a profile: 1 to 200 characters, none of the names that reach into an object's prototype. */
export const fieldName = v.pipe(
	v.string(),
	v.minLength(1),
	v.maxLength(200),
	v.check((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'reserved name'),
);

/** A regular expression that compiles with the `u` flag. */
export const pattern = v.pipe(v.string(), v.minLength(1), v.maxLength(1000), v.check(compiles, 'invalid pattern'));

/** Any JSON value; it becomes a field value when the profile is compiled. */
export const jsonValue = v.unknown();

/** An object whose keys are field names. */
export function byField<const Schema extends v.GenericSchema>(schema: Schema) {
	return v.record(fieldName, schema);
}

function compiles(source: string): boolean {
	try {
		new RegExp(source, 'u');
		return true;
	} catch {
		return false;
	}
}
