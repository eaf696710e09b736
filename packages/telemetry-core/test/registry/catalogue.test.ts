import { describe, expect, it } from 'vitest';
import { BUILT_IN_TABLES } from '../../src/registry/built-in.ts';
import type { EventEntry, ModuleName, SpanEntry } from '../../src/registry/entries.ts';
import { valueNamed as definitionOf, textOf, value } from '../../src/registry/values.ts';
import { REQUIREMENT_SOURCES } from '../../src/requirements/index.ts';
import { SPAN_NAMES } from './catalogue-spans.ts';

const MODULES = Object.keys(SPAN_NAMES) as ModuleName[];
const RECORD_MODULES = ['alpha', 'beta', 'gamma'] as const;

const spansOf = (module: ModuleName): Readonly<Record<string, SpanEntry>> => BUILT_IN_TABLES[module].spans ?? {};
const allSpans = MODULES.flatMap((module) => Object.entries(spansOf(module)));
const allEvents = MODULES.flatMap((module): [string, EventEntry][] =>
	Object.entries(BUILT_IN_TABLES[module].events ?? {}),
);

describe('spans', () => {
	it.each(MODULES)('has every span of %s and no other', (module) => {
		expect(Object.keys(spansOf(module)).sort()).toEqual([...SPAN_NAMES[module]].sort());
	});

	it('knows which spans wait', () => {
		const waits = allSpans.filter(([, { wait }]) => wait).map(([name]) => name);
		expect(waits.sort()).toEqual([
			'alpha.buffer.wait',
			'alpha.handoff.send',
			'beta.handoff.send',
			'beta.intake.wait',
			'gamma.ack.wait',
			'gamma.delivery.holding',
			'gamma.delivery.retry_wait',
			'phi.dependency.resolve',
			'phi.queue.wait',
			'phi.retry.backoff',
		]);
	});

	it('makes a tree of them: every parent leads to a root', () => {
		const parents = new Map(allSpans.map(([name, { parent }]) => [name, parent]));
		const isRooted = (name: string | undefined, left = parents.size): boolean =>
			name === 'root' || (left > 0 && name !== undefined && isRooted(parents.get(name), left - 1));
		expect([...parents.keys()].filter((name) => !isRooted(name))).toEqual([]);
	});

	it('calls other processes only from spans that leave this one', () => {
		const wrong = allSpans.filter(([, { remote, kind }]) => remote && kind !== 'CLIENT' && kind !== 'PRODUCER');
		expect(wrong.map(([name]) => name)).toEqual([]);
	});
});

describe('audit', () => {
	it('expands stages and stage events to these entries', () => {
		const rules = MODULES.flatMap((module) =>
			[BUILT_IN_TABLES[module].spans, BUILT_IN_TABLES[module].spanEvents, BUILT_IN_TABLES.common.spanEvents].flatMap(
				(table) =>
					Object.entries(table ?? {}).flatMap(([name, { audit = [] }]) =>
						audit.map(({ event }) => [event, name] as const),
					),
			),
		);
		const sources: Record<string, string[]> = {};
		for (const [event, name] of rules) sources[event] = [...new Set([...(sources[event] ?? []), name])].sort();
		expect(sources).toEqual({
			'pipeline.alpha.adapter.audit.record_ingested': ['alpha.validation.validate'],
			'pipeline.alpha.error_queue.audit.entry_created': ['alpha.error_queue.enqueue'],
			'pipeline.alpha.parser.audit.parse_failed': ['alpha.parser.parse'],
			'pipeline.alpha.parser.audit.record_split': ['record.split'],
			'pipeline.alpha.validation.audit.record_quarantined': ['alpha.validation.validate'],
			'pipeline.alpha.validation.audit.validation_failed': ['validation.failure', 'validation.warning'],
			'pipeline.beta.error_queue.audit.entry_created': ['beta.error_queue.enqueue'],
			'pipeline.beta.enrichment.audit.source_queried': ['beta.enrichment.lookup'],
			'pipeline.beta.mapping.audit.record_mapped': ['beta.mapping.map'],
			'pipeline.beta.mapping.audit.records_merged': ['record.merged'],
			'pipeline.beta.quality.audit.record_scored': ['beta.quality.score'],
			'pipeline.beta.transform.audit.field_transformed': ['field.transformed'],
			'pipeline.beta.transform.audit.transformation_failed': [
				'beta.enrichment.enrich',
				'beta.mapping.map',
				'beta.transform.apply',
			],
			'pipeline.gamma.ack.audit.ack_timed_out': ['ack.timeout'],
			'pipeline.gamma.delivery.audit.delivery_attempted': ['gamma.delivery.attempt'],
			'pipeline.gamma.delivery.audit.delivery_confirmed': ['gamma.ack.wait', 'gamma.destination.deliver'],
			'pipeline.gamma.delivery.audit.delivery_failed': ['gamma.destination.deliver'],
			'pipeline.gamma.dlq.audit.entry_created': ['gamma.dlq.enqueue'],
			'pipeline.gamma.error_queue.audit.entry_created': ['gamma.error_queue.enqueue'],
			'pipeline.gamma.routing.audit.delivery_blocked': ['routing.blocked'],
		});
	});

	it('names requirements that exist', () => {
		const named = new Set(allEvents.flatMap(([, { requirements = [] }]) => requirements));
		const known = new Set(REQUIREMENT_SOURCES.flatMap(({ requirements }) => Object.keys(requirements)));
		expect([...named].filter((id) => !known.has(id))).toEqual([]);
	});
});

describe('events', () => {
	it.each(RECORD_MODULES)('lets %s complete and amend a trace', (module) => {
		const traces = allEvents.filter(([name, { type }]) => type === 'TRACE' && name.startsWith(`pipeline.${module}.`));
		expect(traces.map(([name]) => name)).toEqual([
			`pipeline.${module}.trace.trace.completed`,
			`pipeline.${module}.trace.trace.amended`,
		]);
	});

	it.each(MODULES)('has a log for each error code of %s', (module) => {
		const logs = Object.entries(BUILT_IN_TABLES[module].events ?? {}).filter(([, { type }]) => type === 'LOG');
		const codes = new Map(logs.map(([name, { severity }]) => [name.split('.log.')[1], severity]));
		const missing = Object.entries(BUILT_IN_TABLES[module].errors ?? {}).filter(
			([code, { severity }]) => codes.get(code.toLowerCase()) !== severity,
		);
		expect(missing.map(([code]) => code)).toEqual([]);
	});
});

describe('errors', () => {
	it.each(MODULES)('has an unknown code for each prefix of %s', (module) => {
		const codes = Object.keys(BUILT_IN_TABLES[module].errors ?? {});
		const prefixes = new Set(codes.flatMap((code) => /^([A-Z]+)(?:_[A-Z]+)?_\d{3}/.exec(code)?.[1] ?? []));
		expect([...prefixes].filter((prefix) => !codes.includes(`${prefix}_999_UNKNOWN`))).toEqual([]);
	});
});

describe('values', () => {
	it('leads from every text to a number and back', () => {
		const texts = Object.keys(value);
		expect(texts.map((text) => textOf(definitionOf(text) ?? value.TIMEOUT))).toEqual(texts);
		expect(new Set(Object.values(value)).size).toBe(texts.length);
	});

	it.each(['', 'toString', '__proto__', 'delivered'])('knows no value "%s"', (text) => {
		expect(definitionOf(text)).toBeUndefined();
	});
});
