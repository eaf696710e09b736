import { JOURNAL, nullValue, type Runtime, STAGE, seededRuntime, stringValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { StageChecksums, TransformEngine } from '../src/index.ts';
import { fieldsOf, intermediate, plainOf, profileOf, record, scopeOf } from './support.ts';

const runtime = seededRuntime(1, 'test');
const engine = new TransformEngine(runtime);
const round = (onError?: object) => ({
	type: 'TR07' as const,
	id: 'round',
	config: { numericRules: { a: { decimalPlaces: 0 }, b: { decimalPlaces: 0 } } },
	...(onError && { onError: onError as { policy: 'SKIP' } }),
});
const fields = fieldsOf({ a: 'x', b: 1.6 });

describe('error policies', () => {
	it.each([
		[{ policy: 'SKIP' }, { a: 'x', b: 2 }],
		[{ policy: 'NULL' }, { a: null, b: 2 }],
		[
			{ policy: 'DEFAULT', default: 9 },
			{ a: 9, b: 2 },
		],
	])('%o applies to the failed field only', (onError, expected) => {
		const outcome = engine.apply(intermediate(fields), 1, scopeOf(profileOf({ rules: [round(onError)] })));
		const fallback = { ruleId: 'round', fieldName: 'a', policy: onError.policy, errorCode: 'TRX_001_COERCION' };
		expect({
			fields: plainOf(outcome.intermediate.currentFields),
			fallbacks: outcome.fallbacks,
			error: outcome.error,
		}).toEqual({
			fields: expected,
			fallbacks: [fallback],
			error: undefined,
		});
	});

	it('FAIL ends the pass with an error that has the state so far', () => {
		const scope = scopeOf(profileOf({ rules: [round()] }));
		const { error } = engine.apply(intermediate(fields, { [JOURNAL]: 7, [STAGE]: 3, traceId: 't' }), 1, scope);
		expect(error).toEqual({
			recordId: 'record-i',
			ruleId: 'round',
			fieldName: 'a',
			inputValue: 'x',
			errorCode: 'TRX_001_COERCION',
			errorMessage: 'the text is not a number',
			intermediateState: fields,
			lineageId: 'lineage-i',
			traceId: 't',
			[JOURNAL]: 7,
			[STAGE]: 3,
		});
	});

	it('masks the input of personal fields', () => {
		const scope = scopeOf(profileOf({ rules: [round()] }), { record: record(fields, { personalFields: ['a'] }) });
		expect(engine.apply(intermediate(fields), 1, scope).error?.inputValue).toBe('***');
	});
});

describe('apply', () => {
	it('leaves the given record as it is and logs every change', () => {
		const before = intermediate(fieldsOf({ v: ' a ', w: 1 }), { [JOURNAL]: 5, [STAGE]: 6 });
		const rules = [
			{ type: 'TR04' as const, config: { fieldFormatting: { v: {} } } },
			{ type: 'TR01' as const, config: { fieldMappings: { w: 'x' } } },
		];
		const { intermediate: after, ...counts } = engine.apply(before, 1, scopeOf(profileOf({ rules })));
		const entry = (ruleId: string, operation: string, fieldName: string, previous: unknown, next: unknown) => ({
			timestamp: runtime.timestamp(),
			ruleId,
			operation,
			fieldName,
			previousValue: previous,
			newValue: next,
		});
		const one = fieldsOf({ w: 1 })['w'];
		expect(before.currentFields).toEqual(fieldsOf({ v: ' a ', w: 1 }));
		expect(after).toEqual({
			...before,
			stage: 'TRANSFORM',
			currentFields: fieldsOf({ v: 'a', x: 1 }),
			appliedRules: ['TR01', 'TR04'],
			transformationLog: [
				entry('TR01', 'RENAME', 'w', one, null),
				entry('TR01', 'RENAME', 'x', null, one),
				entry('TR04', 'TRIM_PAD', 'v', stringValue(' a '), stringValue('a')),
			],
		});
		expect(counts).toMatchObject({ rulesApplied: 2, rulesSkipped: 0, fallbacks: [] });
	});

	it('counts rules that had nothing to do as skipped', () => {
		const rules = [{ type: 'TR03' as const, config: { fieldCases: { v: 'UPPER' as const } } }];
		const outcome = engine.apply(intermediate({ v: stringValue('A') }), 1, scopeOf(profileOf({ rules })));
		expect(outcome).toMatchObject({ rulesApplied: 0, rulesSkipped: 1, intermediate: { appliedRules: [] } });
	});

	it('ends with a timeout when the time is used up, at the first rejected value', () => {
		const rules = [{ type: 'TR03' as const, config: { fieldCases: { v: 'UPPER' as const } } }];
		const after = (elapsed: number) => {
			const slow: Runtime = { ...runtime, elapsedMs: () => elapsed };
			const scope = scopeOf(profileOf({ rules }), { runtime: slow });
			return engine.apply(intermediate({ v: nullValue }), 1, scope).error?.errorCode;
		};
		expect([after(29_999), after(30_000)]).toEqual([undefined, 'TRX_007_TIMEOUT']);
	});

	it('takes checksums around the stage when they are switched on', () => {
		const checking = new TransformEngine(runtime, new StageChecksums(true));
		const rules = [{ type: 'TR03' as const, config: { fieldCases: { v: 'UPPER' as const } } }];
		const { intermediate: after } = checking.apply(
			intermediate({ v: stringValue('a') }),
			1,
			scopeOf(profileOf({ rules })),
		);
		const checksums = after.stageChecksums?.TRANSFORM;
		expect([checksums?.before, checksums?.after]).toEqual([
			expect.stringMatching(/^[0-9a-f]{64}$/),
			expect.stringMatching(/^[0-9a-f]{64}$/),
		]);
		expect(checksums?.before).not.toBe(checksums?.after);
	});

	it('follows personal data through renames and copies', () => {
		const rules = [
			{ type: 'TR01' as const, config: { fieldMappings: { email: 'mail' } } },
			{ type: 'TR06' as const, config: { composites: [{ target: 'contact', sources: ['mail', 'x'] }] } },
		];
		const scope = scopeOf(profileOf({ rules }), { record: record({}, { personalFields: ['email'] }) });
		engine.apply(intermediate(fieldsOf({ email: 'a@b' })), 1, scope);
		expect([...scope.personalFields]).toEqual(['email', 'mail', 'contact']);
	});
});
