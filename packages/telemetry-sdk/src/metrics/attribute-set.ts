import { type MetricAttributes, OTHER } from '@pipeline/telemetry-core';

/** Attributes as they are exported, and what they are told apart by. */
export interface AttributeSet {
	readonly key: string;
	readonly attributes: MetricAttributes;
}

/** Values that are no text become `__other__`; text that is not well-formed Unicode is repaired, as any encoding of it would be. */
export function attributeSet(given: MetricAttributes): AttributeSet {
	const attributes: Record<string, string> = {};
	const keys = Object.keys(given);
	for (const key of keys) {
		const value: unknown = given[key];
		attributes[key] = typeof value === 'string' ? value.toWellFormed() : OTHER;
	}
	return { key: JSON.stringify(keys.sort().flatMap((key) => [key, attributes[key]])), attributes };
}

/** The same keys, for all the attribute sets beyond a limit. */
export function otherAttributes(attributes: MetricAttributes): AttributeSet {
	return attributeSet(Object.fromEntries(Object.keys(attributes).map((key) => [key, OTHER])));
}
