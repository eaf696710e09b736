import { JOURNAL, type Runtime, STAGE } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { ReferenceLookup, type RuleConfig, ValidationEngine, type ValidationEngineOptions } from '../src/index.ts';
import { parsedOf, runtime } from './fixtures.ts';

function engineOf(rules: readonly RuleConfig[], options: Partial<ValidationEngineOptions> = {}): ValidationEngine {
	const defaults = {
		timeoutMs: 100,
		quarantineThreshold: 0.5,
		classification: 'INTERNAL',
		personalFields: [],
	} as const;
	return new ValidationEngine({ ...defaults, runtime: runtime(), rules, ...options });
}

const needsA: RuleConfig = { id: 'VR01', requiredFields: ['a'] };
const aIsText: RuleConfig = { id: 'VR02', fieldTypes: { a: 'STRING' } };

describe('ValidationEngine', () => {
	it.each([
		['WARNING', 'PASSED_WITH_WARNING', true],
		['ERROR', 'FAILED', false],
		['CRITICAL', 'CRITICAL', false],
	] as const)('%s makes the record %s', (severity, disposition, goesOn) => {
		const { record, failure, ...outcome } = engineOf([{ ...needsA, severity }], { quarantineThreshold: 0 }).validate(
			parsedOf({ b: 1 }),
		);
		expect([outcome.disposition, record !== undefined, failure?.failureSeverity]).toEqual([
			disposition,
			goesOn,
			goesOn ? undefined : severity,
		]);
	});

	it('keeps identity, lineage and the carrier of a record that passes', () => {
		const { record } = engineOf([needsA], { classification: 'CONFIDENTIAL', personalFields: ['b'] }).validate(
			parsedOf({ a: 1 }, { sourceId: 'FILE:x', ingestionTimestamp: '2026-01-01T00:00:00.000000Z', traceId: 't' }),
		);
		expect(record).toEqual({
			recordId: 'record-1',
			parsedRecordRef: 'record-1',
			fields: parsedOf({ a: 1 }).fields,
			validationTimestamp: '2026-01-01T00:00:00.000000Z',
			validationDurationMs: 0,
			rulesEvaluated: 1,
			rulesPassed: 1,
			qualityScore: 1,
			qualityFlags: ['COMPLETE'],
			sourceId: 'FILE:x',
			ingestionTimestamp: '2026-01-01T00:00:00.000000Z',
			classification: 'CONFIDENTIAL',
			personalFields: ['b'],
			lineageId: 'lineage-1',
			traceId: 't',
			[JOURNAL]: 41,
			[STAGE]: 42,
		});
	});

	it('collects every failure of a group, and goes on to later groups after an ERROR', () => {
		const { failures } = engineOf([{ id: 'VR01', requiredFields: ['x', 'y'] }, aIsText]).validate(parsedOf({ a: 1 }));
		expect(failures.map(({ fieldName, errorCode }) => [fieldName, errorCode])).toEqual([
			['x', 'VAL_002_REQUIRED_MISSING'],
			['y', 'VAL_002_REQUIRED_MISSING'],
			['a', 'VAL_001_TYPE_MISMATCH'],
		]);
	});

	it('ends with the group that had a CRITICAL failure, after the rest of that group', () => {
		const rules: RuleConfig[] = [
			{ id: 'VR01', requiredFields: ['x'], severity: 'CRITICAL' },
			{ id: 'VR11', fieldPolicies: { n: 'REJECT' } },
			aIsText,
		];
		const { ruleOutcomes } = engineOf(rules).validate(parsedOf({ a: 1, n: null }));
		expect(ruleOutcomes).toEqual([
			{ ruleId: 'VR01', outcome: 'FAIL' },
			{ ruleId: 'VR11', outcome: 'FAIL' },
		]);
	});

	it.each([
		[1, 'PASSED_WITH_WARNING'],
		[1.001, 'QUARANTINED'],
	])('weighs the rules: a failed weight of %d against 1 is %s at a threshold of 0.5', (weight, disposition) => {
		const rules: RuleConfig[] = [
			{ ...needsA, severity: 'WARNING', weight },
			{ id: 'VR02', fieldTypes: { b: 'INTEGER' } },
		];
		expect(engineOf(rules).validate(parsedOf({ b: 1 })).disposition).toBe(disposition);
	});

	it('names the quality as the reason of a quarantine', () => {
		const { failure } = engineOf([{ ...needsA, severity: 'WARNING' }]).validate(parsedOf({ b: 1 }));
		expect(failure?.failedRules.map(({ errorCode }) => errorCode)).toEqual([
			'VAL_002_REQUIRED_MISSING',
			'VAL_014_QUALITY',
		]);
	});

	it('a reference that only warns lets the record on as SUSPECT', () => {
		const rule: RuleConfig = { id: 'VR10', references: { a: { lookupSource: 'airports', onMissing: 'WARN' } } };
		const engine = engineOf([rule], { lookup: new ReferenceLookup({ airports: ['LAX'] }), quarantineThreshold: 0 });
		const { disposition, record } = engine.validate(parsedOf({ a: '###', b: null }));
		expect([disposition, record?.qualityFlags]).toEqual(['PASSED_WITH_WARNING', ['PARTIAL', 'SUSPECT']]);
	});

	it('never shows the value of a personal field', () => {
		const engine = engineOf([{ id: 'VR03', fieldConstraints: { ssn: { maxLength: 2 }, city: { maxLength: 2 } } }], {
			personalFields: ['ssn'],
		});
		const { failures, failure } = engine.validate(parsedOf({ ssn: '123-45-6789', city: 'Paris' }));
		expect([
			failures.map(({ actualValue }) => actualValue),
			JSON.stringify(failure?.failedRules).includes('123-45'),
		]).toEqual([['***', '5'], false]);
	});

	it.each([
		[100, 'PASSED'],
		[101, 'FAILED'],
	])('after %d ms of 100 the record is %s', (elapsedMs, disposition) => {
		const slow: Runtime = { ...runtime(), elapsedMs: () => elapsedMs };
		const { failures, ...outcome } = engineOf([needsA], { runtime: slow }).validate(parsedOf({ a: 1 }));
		expect([outcome.disposition, failures.map(({ errorCode }) => errorCode)]).toEqual([
			disposition,
			disposition === 'FAILED' ? ['VAL_013_TIMEOUT'] : [],
		]);
	});

	it('without rules every record passes with a full score', () => {
		const { disposition, qualityScore } = engineOf([]).validate(parsedOf({}));
		expect([disposition, qualityScore]).toEqual(['PASSED', 1]);
	});
});
