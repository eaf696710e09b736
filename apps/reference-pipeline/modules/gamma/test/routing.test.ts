import { JOURNAL, STAGE } from '@pipeline/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	type DestinationOptions,
	GammaModule,
	isPermitted,
	isRoutingError,
	type RoutingCondition,
	type RoutingRule,
	type RoutingTable,
} from '../src/index.ts';
import { registrationOf } from './support/module-under-test.ts';
import { recordOf } from './support/records.ts';
import { ScriptedAdapter } from './support/scripted-adapter.ts';
import { VirtualRuntime } from './support/virtual-runtime.ts';

const ALWAYS: RoutingCondition = { kind: 'ALWAYS' };

function rule(ruleId: string, changes: Partial<RoutingRule> = {}): RoutingRule {
	return { ruleId, priority: 10, condition: ALWAYS, destinations: [ruleId], stop: false, ...changes };
}

function routerFor(table: RoutingTable, extra: Partial<DestinationOptions>[] = []) {
	const adapter = new ScriptedAdapter();
	const destinations = extra.map(
		(options): DestinationOptions => ({ registration: registrationOf('x'), adapter, ...options }),
	);
	return new GammaModule({ runtime: new VirtualRuntime(), destinations, routing: table }).parts.router;
}

function destinationsOf(table: RoutingTable, record = recordOf('r1')): readonly string[] | string {
	const outcome = routerFor(table).route(record);
	return isRoutingError(outcome) ? outcome.errorCode : outcome.destinations;
}

describe('rules', () => {
	it.each<[string, RoutingTable, readonly string[] | string]>([
		[
			'accumulate in the order of priority',
			{ rules: [rule('b', { priority: 2 }), rule('a', { priority: 1 })] },
			['a', 'b'],
		],
		['keep the given order at equal priority', { rules: [rule('b'), rule('a')] }, ['b', 'a']],
		['stop after a match with stop', { rules: [rule('a', { stop: true }), rule('b')] }, ['a']],
		['name a destination once', { rules: [rule('a'), rule('b', { destinations: ['a', 'c'] })] }, ['a', 'c']],
		[
			'skip other target schemas',
			{ rules: [rule('a', { targetSchema: 'airport' }), rule('b', { targetSchema: 'flight' })] },
			['b'],
		],
		['take the exact quality', { rules: [rule('a', { minQuality: 0.9 })] }, ['a']],
		['skip a lower quality', { rules: [rule('a', { minQuality: 0.91 }), rule('b')] }, ['b']],
		['use the default when none matches', { rules: [], defaultDestinations: ['d'] }, ['d']],
		['leave the default when one matches', { rules: [rule('a')], defaultDestinations: ['d'] }, ['a']],
		['fail when nothing matches', { rules: [rule('a', { minQuality: 1 })] }, 'ROUTE_002_NO_MATCHING_RULE'],
	])('%s', (_name, table, expected) => {
		expect(destinationsOf(table)).toEqual(expected);
	});

	it('explain the decision', () => {
		const table = { rules: [rule('a', { minQuality: 1 }), rule('b'), rule('c', { destinations: ['b', 'secret'] })] };
		const router = routerFor(table, [{ registration: registrationOf('secret', { maxClassification: 'PUBLIC' }) }]);
		expect(router.route(recordOf('r1', undefined, { spanId: 'b'.repeat(16), traceId: 'a'.repeat(32) }))).toEqual({
			recordId: 'r1',
			evaluatedRules: ['a', 'b', 'c'],
			matchedRule: 'b',
			destinations: ['b', 'secret'],
			routingTimestamp: '2026-01-01T00:00:00.000000Z',
			routingContext: { target_schema: 'flight', outcome: 'MATCHED', matched_rules: 'b,c', blocked: 'secret' },
			lineageId: 'lineage-r1',
			traceId: 'a'.repeat(32),
			spanId: 'b'.repeat(16),
			[JOURNAL]: 7,
			[STAGE]: 3,
		});
	});

	it('can be replaced while running', () => {
		const router = routerFor({ rules: [rule('a')] });
		router.useTable({ rules: [rule('b')] });
		expect(router.route(recordOf('r1'))).toMatchObject({ destinations: ['b'] });
	});
});

describe('conditions', () => {
	const fields = { n: 5, big: 9007199254740993n, f: 2.5, s: 'abc', yes: true, none: null, list: [1] };
	const eq = (field: string, value: string | number | bigint | boolean): RoutingCondition => ({
		kind: 'EQUALS',
		field,
		value,
	});

	it.each<[RoutingCondition, boolean]>([
		[eq('n', 5), true],
		[eq('n', 5n), true],
		[eq('n', '5'), false],
		[eq('big', 9007199254740993n), true],
		[eq('big', 9007199254740992n), false],
		[eq('yes', true), true],
		[eq('none', 'null'), false],
		[eq('list', '1'), false],
		[{ kind: 'EXISTS', field: 'list' }, true],
		[{ kind: 'EXISTS', field: 'none' }, false],
		[{ kind: 'EXISTS', field: 'toString' }, false],
		[{ kind: 'GT', field: 'n', value: 5 }, false],
		[{ kind: 'GE', field: 'n', value: 5 }, true],
		[{ kind: 'LT', field: 'n', value: 5 }, false],
		[{ kind: 'LE', field: 'n', value: 5 }, true],
		[{ kind: 'GT', field: 'f', value: 2 }, true],
		[{ kind: 'LT', field: 's', value: 'abd' }, true],
		[{ kind: 'GT', field: 's', value: 1 }, false],
		[{ kind: 'LE', field: 'missing', value: 1 }, false],
		[{ kind: 'IN', field: 's', values: ['x', 'abc'] }, true],
		[{ kind: 'IN', field: 's', values: [] }, false],
		[{ kind: 'ALL', conditions: [eq('n', 5), eq('s', 'abc')] }, true],
		[{ kind: 'ALL', conditions: [eq('n', 5), eq('s', 'x')] }, false],
		[{ kind: 'ANY', conditions: [eq('n', 6), eq('s', 'abc')] }, true],
		[{ kind: 'ANY', conditions: [] }, false],
		[{ kind: 'NOT', condition: eq('n', 5) }, false],
	])('case %# is decided by type and value', (condition, expected) => {
		const routed = destinationsOf(
			{ rules: [rule('a', { condition })], defaultDestinations: ['d'] },
			recordOf('r1', fields),
		);
		expect(routed).toEqual([expected ? 'a' : 'd']);
	});
});

describe('fallbacks of disabled destinations', () => {
	const off = (destinationId: string, fallbackDestinationId?: string): Partial<DestinationOptions> => ({
		registration: registrationOf(destinationId, { enabled: false }),
		...(fallbackDestinationId !== undefined && { fallbackDestinationId }),
	});

	it('are followed, and a circle is an error', () => {
		const table = { rules: [], defaultDestinations: ['a'] };
		expect([
			routerFor(table, [off('a', 'b'), off('b', 'c')]).route(recordOf('r1')),
			routerFor(table, [off('a', 'b'), off('b', 'a')]).route(recordOf('r1')),
			routerFor(table, [off('a', 'a')]).route(recordOf('r1')),
			routerFor(table, [off('a')]).route(recordOf('r1')),
		]).toMatchObject([
			{ destinations: ['c'] },
			{ errorCode: 'ROUTE_001_CIRCULAR' },
			{ errorCode: 'ROUTE_001_CIRCULAR' },
			{ destinations: ['a'] },
		]);
	});
});

describe('authorization', () => {
	it('lets a record go where its label or a higher one is allowed', () => {
		const labels = ['PUBLIC', 'INTERNAL', 'CONFIDENTIAL', 'RESTRICTED'] as const;
		fc.assert(
			fc.property(fc.nat(3), fc.nat(3), (record, destination) => {
				expect(isPermitted(labels[record]!, labels[destination]!)).toBe(record <= destination);
			}),
		);
	});

	it('treats unknown labels as the worst case', () => {
		expect([
			isPermitted('SECRET' as never, 'CONFIDENTIAL'),
			isPermitted('SECRET' as never, 'RESTRICTED'),
			isPermitted('INTERNAL', 'ANY' as never),
			isPermitted('PUBLIC', 'ANY' as never),
		]).toEqual([false, true, false, true]);
	});
});
