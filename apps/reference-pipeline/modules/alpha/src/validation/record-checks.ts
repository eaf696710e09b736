import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ConfigError, type FieldValue, type Runtime } from '@pipeline/model';
import { LRUCache } from 'lru-cache';
import { fieldOf, numberOf, textOf } from './field-checks.ts';
import type { ReferenceLookup } from './reference-lookup.ts';
import type { Check, Comparison, Draft, Finding, RuleConfig } from './rule.ts';

type Config<Id extends RuleConfig['id']> = Extract<RuleConfig, { id: Id }>;

const SEPARATOR = '|';

export function datetimeRange({ fieldConstraints }: Config<'VR07'>, runtime: Runtime): Check {
	const entries = Object.entries(fieldConstraints);
	return (fields) => {
		const findings: Finding[] = [];
		for (const [field, { min, max }] of entries) {
			const value = fieldOf(fields, field);
			if (value === undefined || value.isNull) continue;
			const instant = Date.parse(textOf(value));
			const low = min === undefined ? Number.NEGATIVE_INFINITY : boundOf(min, runtime);
			const high = max === undefined ? Number.POSITIVE_INFINITY : boundOf(max, runtime);
			if (!(instant >= low && instant <= high))
				findings.push({ field, expected: `${min ?? 'any'} to ${max ?? 'any'}`, actual: 'outside' });
		}
		return findings;
	};
}

const UNITS: Readonly<Record<string, number>> = { S: 1_000, M: 60_000, H: 3_600_000, D: 86_400_000, W: 604_800_000 };

/** A literal instant, or NOW / START_OF_DAY with an offset such as `+1D`. @throws ConfigError */
export function boundOf(bound: string, runtime: Runtime): number {
	const [, base, sign, count, unit] = /^(NOW|START_OF_DAY)(?:([+-])(\d+)([SMHDW]))?$/.exec(bound) ?? [];
	if (base === undefined) {
		const literal = Date.parse(bound);
		if (Number.isNaN(literal))
			throw new ConfigError('alpha.VR07.bound', 'a date, NOW or START_OF_DAY with an offset', bound);
		return literal;
	}
	const now = runtime.now();
	const start = base === 'NOW' ? now : Math.floor(now / 86_400_000) * 86_400_000;
	return start + (sign === '-' ? -1 : 1) * Number(count ?? 0) * (UNITS[unit ?? 'S'] ?? 0);
}

const COMPARE: Readonly<Record<Comparison, (order: number) => boolean>> = {
	LT: (order) => order < 0,
	LE: (order) => order <= 0,
	EQ: (order) => order === 0,
	NE: (order) => order !== 0,
	GE: (order) => order >= 0,
	GT: (order) => order > 0,
};

export function crossField({ consistencyRules }: Config<'VR08'>): Check {
	return (fields) => {
		const findings: Finding[] = [];
		let applied = false;
		for (const { left, operator, right } of consistencyRules) {
			const a = fieldOf(fields, left);
			const b = fieldOf(fields, right);
			if (a === undefined || b === undefined || a.isNull || b.isNull) continue;
			applied = true;
			if (!COMPARE[operator](orderOf(a, b)))
				findings.push({ field: null, expected: `${left} ${operator} ${right}`, actual: 'not so' });
		}
		return applied ? findings : undefined;
	};
}

function orderOf(a: FieldValue, b: FieldValue): number {
	const left = numberOf(a);
	const right = numberOf(b);
	if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
	const [leftText, rightText] = [textOf(a), textOf(b)];
	return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}

export function unique({
	uniqueFields,
	scope = 'BATCH',
	windowMs = 86_400_000,
	maxKeys = 1_000_000,
}: Config<'VR09'>): Check {
	const seen = new LRUCache<string, true>({ max: maxKeys, ...(scope === 'WINDOW' ? { ttl: windowMs } : {}) });
	return (fields, batchId) => {
		const findings: Finding[] = [];
		for (const names of uniqueFields) {
			const values = names.map((name) => valueText(fields, name));
			// As JSON: joined by any character, ['a|b', 'c'] and ['a', 'b|c'] would be the same key.
			const key = createHash('sha1')
				.update(JSON.stringify([scope === 'BATCH' ? batchId : '', names, values]))
				.digest('base64');
			if (seen.has(key))
				findings.push({ field: names.join(','), expected: `unique in ${scope.toLowerCase()}`, actual: 'seen before' });
			seen.set(key, true);
		}
		return findings;
	};
}

export function references({ references: fieldsToSources }: Config<'VR10'>, lookup: ReferenceLookup): Check {
	const entries = Object.entries(fieldsToSources);
	return (fields) => {
		const findings: Finding[] = [];
		for (const [field, { lookupSource, onMissing = 'REJECT' }] of entries) {
			const value = fieldOf(fields, field);
			if (value === undefined || value.isNull) continue;
			if (lookup.lookup({ source: lookupSource, key: textOf(value) })) continue;
			findings.push({
				field,
				expected: `known in ${lookupSource}`,
				actual: 'unknown',
				severity: onMissing === 'WARN' ? 'WARNING' : 'ERROR',
			});
		}
		return findings;
	};
}

export function checksum({ checksumField, checksumAlgorithm = 'SHA256', checksumScope }: Config<'VR12'>): Check {
	return (fields) => {
		const given = fieldOf(fields, checksumField);
		if (given === undefined || given.isNull) return undefined;
		const text = checksumScope.map((name) => valueText(fields, name)).join(SEPARATOR);
		const actual = digest(checksumAlgorithm, text);
		return actual === textOf(given)
			? []
			: [
					{
						field: checksumField,
						expected: `${checksumAlgorithm} of ${checksumScope.length} fields`,
						actual: 'another',
					},
				];
	};
}

function valueText(fields: Draft, name: string): string {
	const value = fieldOf(fields, name);
	return value === undefined ? '' : textOf(value);
}

function digest(algorithm: 'CRC32' | 'MD5' | 'SHA256', text: string): string {
	if (algorithm === 'CRC32') return crc32(text).toString(16).padStart(8, '0');
	return createHash(algorithm.toLowerCase()).update(text).digest('hex');
}
