// biome-ignore-all lint/suspicious/noThenProperty: a text, never called; the rule's key has this name
import { datetimeValue, JOURNAL, nullValue, STAGE, seededRuntime, stringValue } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { compileProfile, SchemaMapper } from '../src/index.ts';
import { fieldsOf, plainOf, profileOf, record, scopeOf, type TargetInput } from './support.ts';

const runtime = seededRuntime(1, 'test');
const mapper = new SchemaMapper(runtime);

function map(target: Partial<TargetInput>, fields: Readonly<Record<string, unknown>>, schemaId = 'out') {
	const given = record(fieldsOf(fields), { [JOURNAL]: 4, [STAGE]: 2, traceId: 'trace', parentIds: ['p'] });
	return {
		given,
		outcome: mapper.map(
			given,
			schemaId,
			scopeOf(profileOf({ passUnmapped: false, ...target }), { record: given, schemaId }),
		),
	};
}

describe('SchemaMapper', () => {
	it('makes an intermediate record with the carrier and trace of its source', () => {
		const { given, outcome } = map({ mappings: [{ kind: 'DIRECT', source: 'a', target: 'b' }] }, { a: 1, c: 2 });
		expect(outcome).toEqual({
			intermediate: {
				recordId: given.recordId,
				originalFields: given.fields,
				currentFields: fieldsOf({ b: 1 }),
				targetSchema: 'out',
				stage: 'MAPPING',
				appliedRules: [],
				transformationLog: [],
				lineageId: given.lineageId,
				parentIds: ['p'],
				classification: 'INTERNAL',
				traceId: 'trace',
				[JOURNAL]: 4,
				[STAGE]: 2,
			},
			mappingsApplied: { DIRECT: 1, COMPOSITE: 0, DECOMPOSE: 0, CONDITIONAL: 0, DEFAULT: 0 },
			defaultsApplied: [],
		});
		expect(Object.isFrozen(outcome.intermediate?.originalFields)).toBe(true);
	});

	it.each<[string, Partial<TargetInput>, object, object]>([
		[
			'direct to the declared type',
			{ fields: { n: { type: 'INTEGER' } }, mappings: [{ kind: 'DIRECT', source: 'a', target: 'n' }] },
			{ a: '12' },
			{ n: 12 },
		],
		['no inherited source', { mappings: [{ kind: 'DIRECT', source: 'toString', target: 'n' }] }, {}, {}],
		['missing source', { mappings: [{ kind: 'DIRECT', source: 'a', target: 'n' }] }, {}, {}],
		[
			'passes the rest',
			{ passUnmapped: true, mappings: [{ kind: 'DIRECT', source: 'a', target: 'n' }] },
			{ a: 1, b: 2 },
			{ b: 2, n: 1 },
		],
		[
			'composite',
			{ mappings: [{ kind: 'COMPOSITE', sources: ['a', 'b'], separator: '-', target: 'n' }] },
			{ a: 1, b: 2 },
			{ n: '1-2' },
		],
		[
			'decompose',
			{ mappings: [{ kind: 'DECOMPOSE', source: 'a', separator: ',', targets: ['x', 'y'] }] },
			{ a: '1,2,3' },
			{ x: '1', y: '2,3' },
		],
		[
			'decompose too little',
			{ mappings: [{ kind: 'DECOMPOSE', source: 'a', separator: ',', targets: ['x', 'y'] }] },
			{ a: '1' },
			{ x: '1', y: null },
		],
		[
			'conditional value',
			{
				mappings: [
					{
						kind: 'CONDITIONAL',
						target: 'n',
						cases: [{ when: { field: 'a', operator: 'GT', value: 5 }, value: 'big' }],
						otherwise: { value: 'small' },
					},
				],
			},
			{ a: 9 },
			{ n: 'big' },
		],
		[
			'conditional otherwise',
			{
				mappings: [
					{
						kind: 'CONDITIONAL',
						target: 'n',
						cases: [{ when: { field: 'a', operator: 'GT', value: 5 }, value: 'big' }],
						otherwise: { source: 'a' },
					},
				],
			},
			{ a: 5 },
			{ n: 5 },
		],
		[
			'default for null',
			{
				mappings: [
					{ kind: 'DEFAULT', target: 'n', value: 1 },
					{ kind: 'DIRECT', source: 'a', target: 'n' },
				],
			},
			{ a: null },
			{ n: 1 },
		],
		[
			'default is not needed',
			{
				mappings: [
					{ kind: 'DEFAULT', target: 'n', value: 1 },
					{ kind: 'DIRECT', source: 'a', target: 'n' },
				],
			},
			{ a: 2 },
			{ n: 2 },
		],
		[
			'target as source, in the right order',
			{
				mappings: [
					{ kind: 'COMPOSITE', sources: ['@x', 'b'], target: 'n' },
					{ kind: 'DIRECT', source: 'a', target: 'x' },
				],
			},
			{ a: 1, b: 2 },
			{ x: 1, n: '1 2' },
		],
	])('%s', (_, target, fields, expected) => {
		const { outcome } = map(target, fields as Record<string, unknown>);
		expect(plainOf(outcome.intermediate?.currentFields ?? {})).toStrictEqual(expected);
	});

	it.each<[string, Partial<TargetInput>, Record<string, unknown>, string, string]>([
		[
			'a missing required field',
			{ fields: { n: { type: 'STRING', required: true } } },
			{},
			'MAP_001_MISSING_REQUIRED',
			'n',
		],
		[
			'a null required field',
			{ fields: { n: { type: 'STRING', required: true } }, mappings: [{ kind: 'DIRECT', source: 'a', target: 'n' }] },
			{ a: null },
			'MAP_001_MISSING_REQUIRED',
			'n',
		],
		[
			'a type that does not fit',
			{ fields: { n: { type: 'INTEGER' } }, mappings: [{ kind: 'DIRECT', source: 'a', target: 'n' }] },
			{ a: 'x' },
			'MAP_002_TYPE_INCOMPATIBLE',
			'DIRECT n',
		],
	])('fails for %s', (_, target, fields, errorCode, failedMapping) => {
		const { given, outcome } = map(target, fields);
		expect(outcome.failure).toMatchObject({
			recordId: given.recordId,
			sourceFields: given.fields,
			targetSchema: 'out',
			errorCode,
			failedMapping,
			failureTimestamp: runtime.timestamp(),
			traceId: 'trace',
			[JOURNAL]: 4,
		});
	});

	it('fails for a schema that the profile does not have', () => {
		expect(map({}, {}, 'other').outcome.failure?.errorCode).toBe('MAP_005_UNKNOWN_SCHEMA');
	});

	it('keeps values as they are when they pass unmapped', () => {
		const value = datetimeValue('2026-01-01T00:00:00.123456Z');
		const given = record({ d: value, n: nullValue });
		const outcome = mapper.map(given, 'out', scopeOf(profileOf({}), { record: given }));
		expect(outcome.intermediate?.currentFields).toEqual({ d: value, n: nullValue });
	});

	it('tags fields made from personal ones', () => {
		const given = record({ name: stringValue('Ann Lee') }, { personalFields: ['name'] });
		const scope = scopeOf(
			profileOf({ mappings: [{ kind: 'DECOMPOSE', source: 'name', separator: ' ', targets: ['first', 'last'] }] }),
			{ record: given },
		);
		mapper.map(given, 'out', scope);
		expect([...scope.personalFields]).toEqual(['name', 'first', 'last']);
	});
});

describe('compileProfile', () => {
	const wrong: [string, object, string, string][] = [
		['unknown keys', profileOf({ unknown: 1 } as never), 'profile.targetSchemas.0.unknown', ''],
		['a version below 1', profileOf({}, { version: 0 }), 'profile.version', '1'],
		[
			'a prototype name',
			profileOf({ mappings: [{ kind: 'DIRECT', source: 'a', target: '__proto__' }] }),
			'profile.targetSchemas.0.mappings.0.target',
			'reserved',
		],
		[
			'a pattern that does not compile',
			profileOf({ rules: [{ type: 'TR05', config: { extractions: [{ source: 'a', target: 'b', pattern: '(' }] } }] }),
			'profile.test.out.rules.0.config.extractions.0.pattern',
			'pattern',
		],
		[
			'an unknown zone',
			profileOf({
				rules: [{ type: 'TR09', config: { timezoneConversions: { a: { source: 'Mars/Base', target: 'UTC' } } } }],
			}),
			'profile.test.out.rules.0.config.timezoneConversions.a.source',
			'IANA',
		],
		[
			'a rule set that does not exist',
			profileOf({
				rules: [
					{ type: 'TR13', config: { conditionals: [{ condition: { field: 'a', operator: 'EXISTS' }, then: 'x' }] } },
				],
			}),
			'profile.test.out.ruleSets.x',
			'rule set',
		],
		[
			'rule sets in a circle',
			profileOf({
				ruleSets: {
					x: [
						{ type: 'TR13', config: { conditionals: [{ condition: { field: 'a', operator: 'EXISTS' }, then: 'x' }] } },
					],
				},
			}),
			'profile.test.out.ruleSets.x',
			'x > x',
		],
		[
			'targets in a circle',
			profileOf({
				mappings: [
					{ kind: 'DIRECT', source: '@b', target: 'a' },
					{ kind: 'DIRECT', source: '@a', target: 'b' },
				],
			}),
			'profile.test.out.mappings',
			'MAP_004_CIRCULAR_REFERENCE',
		],
		[
			'a DEFAULT policy without value',
			profileOf({ rules: [{ type: 'TR03', config: { fieldCases: {} }, onError: { policy: 'DEFAULT' } }] }),
			'profile.test.out.rules.0.onError.default',
			'DEFAULT',
		],
		[
			'two schemas of one id',
			{ ...profileOf({}), targetSchemas: [{ schemaId: 'a' }, { schemaId: 'a' }] },
			'profile',
			'same id',
		],
		['no schemas', { ...profileOf({}), targetSchemas: [] }, 'profile.targetSchemas', '1'],
	];
	it.each(wrong)('refuses %s', (_, profile, key, allowed) => {
		const error = (() => {
			try {
				compileProfile(profile);
			} catch (thrown) {
				return thrown;
			}
		})();
		expect(error).toMatchObject({ name: 'ConfigError', key, allowed: expect.stringContaining(allowed) });
	});

	it('gives equal profiles equal checksums', () => {
		expect(compileProfile(profileOf({})).checksum).toBe(compileProfile(profileOf({})).checksum);
		expect(compileProfile(profileOf({})).checksum).not.toBe(
			compileProfile(profileOf({ passUnmapped: false })).checksum,
		);
	});
});
