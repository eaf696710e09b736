import { describe, expect, it } from 'vitest';
import { auditEntriesOf, type SpanDef, type StageView } from '../../src/index.ts';
import type { AuditRule, ErrorEntry, SpanEntry, SpanEventEntry } from '../../src/registry/entries.ts';

const RULE: AuditRule = { event: 'told', when: 'always', details: { 'pipeline.rule_id': 'pipeline.rule_id' } };
const ENTRY = { audit: [RULE] } as unknown as SpanEntry;

function stage(rules: readonly Partial<AuditRule>[], more: Partial<StageView> = {}): StageView {
	return {
		name: 'a.stage',
		definition: 1 as SpanDef,
		entry: { ...ENTRY, audit: rules.map((rule) => ({ ...RULE, ...rule })) },
		startMs: 1,
		endMs: 5,
		error: undefined,
		failed: false,
		attributes: {},
		events: [],
		...more,
	};
}

const events = (view: StageView, record = {}) => auditEntriesOf(view, record).map(({ event }) => event);

describe('audit entries of a stage', () => {
	it('follow from its rules: always, on failure, on success', () => {
		const rules = (['always', 'error', 'ok'] as const).map((when) => ({ event: when, when }));
		expect([events(stage(rules)), events(stage(rules, { failed: true }))]).toEqual([
			['always', 'ok'],
			['always', 'error'],
		]);
		expect(auditEntriesOf(stage([]), {})).toEqual([]);
	});

	it("follow under a condition on its own or the record's attributes", () => {
		const rules = [{ where: { 'pipeline.validation_outcome': ['QUARANTINED', 'FAILED'] } }];
		const outcome = (value: string) => ({ 'pipeline.validation_outcome': value });
		expect([
			events(stage(rules)),
			events(stage(rules, { attributes: outcome('PASSED') })),
			events(stage(rules, { attributes: outcome('FAILED') })),
			events(stage(rules), outcome('QUARANTINED')),
		]).toEqual([[], [], ['told'], ['told']]);
	});

	it('say what happened, to what, when, with which outcome', () => {
		const error = { name: 'PARSE_001', entry: {} as ErrorEntry };
		const record = { 'pipeline.record_id': 'r', 'pipeline.rule_id': 'of the record' };
		const failed = stage([{ details: { 'pipeline.rule_id': 'pipeline.rule_id', flags: 'flags', absent: 'absent' } }], {
			failed: true,
			error,
			attributes: { 'pipeline.rule_id': 'of the stage', flags: ['a', 'b'] },
		});
		expect(auditEntriesOf(failed, record)).toEqual([
			{
				event: 'told',
				timeMs: 5,
				outcome: 'FAILURE',
				resourceId: 'r',
				details: { 'pipeline.rule_id': 'of the stage', flags: 'a,b', 'error.type': 'PARSE_001' },
			},
		]);
		const named = stage([{ outcome: 'PARTIAL', resource: 'pipeline.entry_id' }], {
			attributes: { 'pipeline.entry_id': 7 },
		});
		expect(auditEntriesOf(named, record)).toMatchObject([{ outcome: 'PARTIAL', resourceId: '7' }]);
		expect(auditEntriesOf(stage([{}]), {})).toMatchObject([{ outcome: 'SUCCESS', resourceId: undefined, details: {} }]);
	});

	it('of its events come first, at their time, reading the event before the stage', () => {
		const entry = {
			description: 'x',
			attributes: [],
			audit: [{ ...RULE, event: 'of an event' }],
		} satisfies SpanEventEntry;
		const silent = { description: 'x', attributes: [] } satisfies SpanEventEntry;
		const event = {
			name: 'e',
			definition: 1 as never,
			entry,
			timeMs: 3,
			attributes: { 'pipeline.rule_id': 'of the event' },
		};
		const view = stage([{}], {
			attributes: { 'pipeline.rule_id': 'of the stage' },
			events: [event, { ...event, attributes: {} }, { ...event, entry: silent }],
		});
		expect(
			auditEntriesOf(view, {}).map(({ event: name, timeMs, details }) => [name, timeMs, details['pipeline.rule_id']]),
		).toEqual([
			['of an event', 3, 'of the event'],
			['of an event', 3, 'of the stage'],
			['told', 5, 'of the stage'],
		]);
	});
});
