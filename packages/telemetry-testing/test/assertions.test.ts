import { describe, expect, it } from 'vitest';
import { assertNoPayload, assertRegistryNames, type SpanView } from '../src/index.ts';

const SPAN: SpanView = {
	name: 'alpha.record.ingest',
	kind: 'INTERNAL',
	status: 'UNSET',
	statusMessage: undefined,
	traceId: '0af7651916cd43dd8448eb211c80319c',
	spanId: 'b7ad6b7169203331',
	parentSpanId: undefined,
	scope: '@pipeline/instrumentation-alpha',
	attributes: {},
	events: [],
	links: [],
	startMs: 0,
	endMs: 1,
};

function exportedSpan(overrides: Partial<SpanView>) {
	return { spans: [{ ...SPAN, ...overrides }], events: [] };
}

describe('assertRegistryNames', () => {
	it('passes what the registry declares', () => {
		expect(() => assertRegistryNames(exportedSpan({}))).not.toThrow();
	});

	it.each([
		['span', exportedSpan({ name: 'alpha.unknown' })],
		['attribute', exportedSpan({ attributes: { 'not.declared': 1 } })],
		['span event', exportedSpan({ events: [{ name: 'not.declared', attributes: {} }] })],
		['attribute of a span event', exportedSpan({ events: [{ name: 'x', attributes: { 'not.declared': 1 } }] })],
	])('names an undeclared %s', (_, exported) => {
		expect(() => assertRegistryNames(exported)).toThrow(/alpha\.unknown|not\.declared/);
	});

	it('names an undeclared event and metric', () => {
		const event = { name: 'not.an.event', severity: undefined, traceId: undefined, spanId: undefined, attributes: {} };
		const metric = {
			name: 'pipeline.not.a.metric',
			unit: '1',
			attributes: {},
			value: 1,
			count: undefined,
			boundaries: undefined,
		};
		expect(() => assertRegistryNames({ spans: [], events: [event] })).toThrow(/event not\.an\.event/);
		expect(() => assertRegistryNames({ spans: [], events: [], metrics: [metric] })).toThrow(/pipeline\.not\.a\.metric/);
	});

	it('leaves spans of other instrumentations out', () => {
		expect(() => assertRegistryNames(exportedSpan({ scope: 'http', name: 'GET' }))).not.toThrow();
	});
});

describe('assertNoPayload', () => {
	it('finds a value wherever it was exported', () => {
		const exported = exportedSpan({ attributes: { 'error.message': 'no such user: ada@example.org' } });
		expect(() => assertNoPayload(exported, ['grace@example.org'])).not.toThrow();
		expect(() => assertNoPayload(exported, ['ada@example.org'])).toThrow();
	});
});
