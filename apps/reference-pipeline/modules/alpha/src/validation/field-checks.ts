import { ConfigError, type FieldValue, fromPlain, integerValue, stringValue, toPlain } from '@pipeline/model';
import { RE2JS } from 're2js';
import type { Check, Draft, Finding, RuleConfig } from './rule.ts';

type Config<Id extends RuleConfig['id']> = Extract<RuleConfig, { id: Id }>;

/** Text that is compared or matched is cut here: no pattern can be made slow by its input. */
const MAX_MATCHED_LENGTH = 10_000;

/** The field of that name, not something that every object has. */
export function fieldOf(fields: Draft, name: string): FieldValue | undefined {
	return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

export function textOf(value: FieldValue): string {
	if (value.fieldType === 'STRING') return value.stringValue;
	const plain = toPlain(value);
	return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** Runs a test on each named field that is there and not null. */
function eachField<T>(
	constraints: Readonly<Record<string, T>>,
	test: (value: FieldValue, constraint: T, field: string, fields: Draft) => Omit<Finding, 'field'> | undefined,
): Check {
	const entries = Object.entries(constraints);
	return (fields) => {
		const findings: Finding[] = [];
		let applied = false;
		for (const [field, constraint] of entries) {
			const value = fieldOf(fields, field);
			if (value === undefined || value.isNull) continue;
			applied = true;
			const found = test(value, constraint, field, fields);
			if (found !== undefined) findings.push({ field, ...found });
		}
		return applied ? findings : undefined;
	};
}

export function required({ requiredFields, allowEmptyString = false }: Config<'VR01'>): Check {
	return (fields) => {
		const findings: Finding[] = [];
		for (const field of requiredFields) {
			const value = fieldOf(fields, field);
			const isMissing =
				value === undefined ||
				value.isNull ||
				(!allowEmptyString && value.fieldType === 'STRING' && value.stringValue === '');
			if (isMissing) findings.push({ field, expected: 'a value', actual: value === undefined ? 'missing' : 'empty' });
		}
		return findings;
	};
}

export function nullPolicy({ fieldPolicies, defaultPolicy = 'ALLOW' }: Config<'VR11'>): Check {
	return (fields) => {
		const findings: Finding[] = [];
		for (const [field, value] of Object.entries(fields)) {
			if (!value.isNull) continue;
			const policy = fieldPolicies[field] ?? defaultPolicy;
			if (policy === 'REJECT') findings.push({ field, expected: 'not null', actual: 'null' });
			if (policy.startsWith('DEFAULT:')) fields[field] = stringValue(policy.slice('DEFAULT:'.length));
		}
		return findings;
	};
}

export function types({ fieldTypes, strictMode = true }: Config<'VR02'>): Check {
	return eachField(fieldTypes, (value, expected, field, fields) => {
		if (value.fieldType === expected) return undefined;
		const coerced = strictMode ? undefined : coerce(value, expected);
		if (coerced === undefined) return { expected, actual: value.fieldType };
		fields[field] = coerced;
		return undefined;
	});
}

/** Only without loss. */
function coerce(value: FieldValue, type: FieldValue['fieldType']): FieldValue | undefined {
	const text = textOf(value);
	if (type === 'STRING') return stringValue(text);
	if (type === 'INTEGER' && /^-?\d{1,18}$/.test(text)) return integerValue(BigInt(text));
	if (type === 'FLOAT' && text.trim() !== '' && Number.isFinite(Number(text))) {
		return { fieldType: 'FLOAT', floatValue: Number(text), isNull: false };
	}
	return type === 'BOOLEAN' && (text === 'true' || text === 'false') ? fromPlain(text === 'true') : undefined;
}

export function lengths({ fieldConstraints, countBytes = false }: Config<'VR03'>): Check {
	return eachField(fieldConstraints, (value, { minLength = 0, maxLength = Number.POSITIVE_INFINITY }) => {
		if (value.fieldType !== 'STRING') return undefined;
		const length = countBytes ? Buffer.byteLength(value.stringValue) : [...value.stringValue].length;
		return length < minLength || length > maxLength
			? { expected: `${minLength}-${maxLength}`, actual: String(length) }
			: undefined;
	});
}

export function numericRange({ fieldConstraints, inclusiveBounds = true }: Config<'VR04'>): Check {
	return eachField(fieldConstraints, (value, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) => {
		const number = numberOf(value);
		if (number === undefined) return undefined;
		const isWithin = inclusiveBounds ? number >= min && number <= max : number > min && number < max;
		return isWithin ? undefined : { expected: `${min} to ${max}`, actual: 'outside' };
	});
}

/** Integers stay bigint: comparing one with a number is exact, converting it is not. */
export function numberOf(value: FieldValue): number | bigint | undefined {
	if (value.fieldType === 'INTEGER') return value.integerValue;
	return value.fieldType === 'FLOAT' ? value.floatValue : undefined;
}

export function patterns({ fieldPatterns, caseSensitive = true }: Config<'VR05'>): Check {
	const compiled = Object.fromEntries(
		Object.entries(fieldPatterns).map(([field, pattern]) => [field, compile(field, pattern, caseSensitive)]),
	);
	return eachField(compiled, (value, pattern) => {
		const text = textOf(value);
		const matches = text.length <= MAX_MATCHED_LENGTH && pattern.testExact(text);
		return matches ? undefined : { expected: pattern.pattern(), actual: 'no match' };
	});
}

/** RE2: linear in the length of the text, whatever the pattern. It knows no lookaround and no back reference. */
function compile(field: string, pattern: string, caseSensitive: boolean): RE2JS {
	try {
		return RE2JS.compile(pattern, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
	} catch {
		throw new ConfigError(`alpha.VR05.${field}`, 'a regular expression without lookaround or back reference', pattern);
	}
}

export function enums({ fieldEnums, caseSensitive = true }: Config<'VR06'>): Check {
	const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
	const sets = Object.fromEntries(
		Object.entries(fieldEnums).map(([field, allowed]) => [field, new Set(allowed.map(fold))]),
	);
	return eachField(sets, (value, allowed) =>
		allowed.has(fold(textOf(value))) ? undefined : { expected: `one of ${allowed.size} values`, actual: 'another' },
	);
}
