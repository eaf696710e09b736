import { datetimeValue, type Fields, nullValue } from '@pipeline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaConfig, QualityScorer } from '../src/index.ts';
import { fieldsOf, intermediate, profileOf, record, scopeOf, type TargetInput } from './support.ts';

function score(target: Partial<TargetInput>, fields: Fields, config = {}) {
	return new QualityScorer(betaConfig(config)).score(
		intermediate(fields),
		scopeOf(profileOf(target), { record: record(fields) }),
	);
}

const declared: Partial<TargetInput> = {
	fields: {
		a: { type: 'STRING', required: true },
		b: { type: 'INTEGER' },
		c: { type: 'STRING', pattern: '[A-Z]+' },
	},
};

describe('QualityScorer', () => {
	it('is 1 where nothing is declared', () => {
		expect(score({}, fieldsOf({ x: 1 }))).toEqual({
			dimensions: {
				completenessScore: 1,
				consistencyScore: 1,
				conformanceScore: 1,
				timelinessScore: 1,
				overallScore: 1,
			},
			violated: 'NONE',
			flags: [],
		});
	});

	it.each<[string, Partial<TargetInput>, Fields, object]>([
		['required fields count twice', declared, fieldsOf({ a: 'x', b: null }), { completenessScore: 0.5 }],
		['null is not complete', declared, fieldsOf({ a: null, b: 1, c: 'A' }), { completenessScore: 0.5 }],
		['type and pattern of present fields', declared, fieldsOf({ a: 'x', b: '1', c: 'a' }), { conformanceScore: 1 / 3 }],
		[
			'checks',
			{
				consistencyChecks: [
					{ leftField: 'x', operator: 'LT', rightField: 'y' },
					{ leftField: 'x', operator: 'EQ', rightField: 'y' },
				],
			},
			fieldsOf({ x: 1, y: 2 }),
			{ consistencyScore: 0.5 },
		],
		[
			'checks with null do not count',
			{ consistencyChecks: [{ leftField: 'x', operator: 'LT', rightField: 'y' }] },
			fieldsOf({ x: 1, y: null }),
			{ consistencyScore: 1 },
		],
		[
			'half the age',
			{ timelinessField: 't' },
			{ t: datetimeValue('2026-01-01T12:00:00.000000Z') },
			{ timelinessScore: 0.5 },
		],
		[
			'beyond the age',
			{ timelinessField: 't' },
			{ t: datetimeValue('2025-01-01T12:00:00.000000Z') },
			{ timelinessScore: 0 },
		],
		[
			'from the future',
			{ timelinessField: 't' },
			{ t: datetimeValue('2027-01-01T12:00:00.000000Z') },
			{ timelinessScore: 1 },
		],
		['null age', { timelinessField: 't' }, { t: nullValue }, { timelinessScore: 1 }],
		[
			'own weights',
			{ ...declared, weights: { completeness: 1, consistency: 0, conformance: 0, timeliness: 0 } },
			fieldsOf({ a: 'x' }),
			{ overallScore: 0.5 },
		],
	])('%s', (_, target, fields, expected) => {
		expect(score(target, fields).dimensions).toMatchObject(expected);
	});

	it.each([
		[0.5, 'NONE', []],
		[0.5001, 'WARN', []],
	])('warns below the threshold: %d', (qualityThresholdWarn, violated, flags) => {
		const half = { ...declared, weights: { completeness: 1, consistency: 0, conformance: 0, timeliness: 0 } };
		expect(score(half, fieldsOf({ a: 'x' }), { qualityThresholdWarn })).toMatchObject({ violated, flags });
	});

	it.each([
		[0.5, 'WARN', []],
		[0.5001, 'ERROR', ['LOW_QUALITY']],
	])('flags below the error threshold: %d', (qualityThresholdError, violated, flags) => {
		const half = { ...declared, weights: { completeness: 1, consistency: 0, conformance: 0, timeliness: 0 } };
		expect(score(half, fieldsOf({ a: 'x' }), { qualityThresholdError })).toMatchObject({ violated, flags });
	});

	it('goes on with 0 when it cannot score', () => {
		expect(score({ timelinessField: 't' }, fieldsOf({ t: 'soon' }))).toMatchObject({
			dimensions: { overallScore: 0 },
			flags: ['SCORING_FAILED'],
			errorCode: 'QUAL_003_SCORING_FAILED',
		});
	});

	it('stays between 0 and 1 for any record', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', 't'), fc.jsonValue()), (plain) => {
				const { overallScore } = score({ ...declared, timelinessField: 't' }, fieldsOf(plain)).dimensions;
				expect(overallScore).toBeGreaterThanOrEqual(0);
				expect(overallScore).toBeLessThanOrEqual(1);
			}),
		);
	});
});
