import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
	attributeNamed,
	BASES,
	FIRST_EXTENSION_BASE,
	lookUpMetric,
	lookUpSpan,
	spanNamed,
	TABLE_SIZE,
} from '../../src/registry/define.ts';
import type { CodeDef, MetricDef, NumberDef, SpanDef, TextDef } from '../../src/registry/definitions.ts';
import type { SpanEntry } from '../../src/registry/entries.ts';
import { defineRegistry, extensionTables, type RegistryExtension } from '../../src/registry/extension.ts';

const SPAN = {
	description: 'Takes an order.',
	grain: 'record',
	level: 'standard',
	kind: 'INTERNAL',
	parent: 'alpha.record.ingest',
	attributes: ['orders.desk', 'pipeline.record_id'],
	events: ['order.refused', 'exception'],
	error: 'it is refused',
} as const satisfies SpanEntry;

const ORDERS = {
	module: 'orders',
	attributes: {
		'orders.desk': { type: 'text', description: 'Desk that took the order.', interned: true, cap: 10 },
		'orders.state': { type: 'code', description: 'State of the order.', values: ['OPEN', 'CLOSED'] },
		'orders.weight': { type: 'number', description: 'Weight of the order.', unit: 'kg' },
	},
	spans: { 'orders.desk.take': SPAN },
	spanEvents: { 'order.refused': { description: 'The order was refused.', attributes: ['orders.state'] } },
	metrics: {
		'pipeline.orders.desk.counter.orders_total': {
			kind: 'counter',
			unit: '{order}',
			description: 'Orders that were taken.',
			attributes: ['orders.desk'],
			emitted: 'when an order is taken',
		},
	},
	events: {
		'pipeline.orders.desk.log.opened': {
			type: 'LOG',
			severity: 'INFO',
			description: 'A desk opened.',
			dimensions: ['orders.desk'],
		},
	},
	errors: {
		ORDER_001_REFUSED: {
			category: 'ORDER',
			severity: 'ERROR',
			recoverability: 'PERMANENT',
			scope: 'RECORD',
			description: 'The order was refused.',
		},
	},
} as const satisfies RegistryExtension;

function failureOf(extension: RegistryExtension): unknown {
	try {
		defineRegistry(extension);
	} catch (error) {
		return error;
	}
	return undefined;
}

const orders = defineRegistry(ORDERS);

describe('defineRegistry', () => {
	it('gives every name a definition above the built-in ones', () => {
		expect({
			isAbove: orders.base >= FIRST_EXTENSION_BASE,
			span: orders.span['orders.desk.take'],
			metric: lookUpMetric(orders.metric['pipeline.orders.desk.counter.orders_total'])?.name,
			spanEvent: orders.spanEvent['order.refused'],
			event: orders.event['pipeline.orders.desk.log.opened'],
			error: orders.error.ORDER_001_REFUSED,
			entry: lookUpSpan(orders.span['orders.desk.take'])?.entry,
		}).toEqual({
			isAbove: true,
			span: orders.base * TABLE_SIZE,
			metric: 'pipeline.orders.desk.counter.orders_total',
			spanEvent: orders.base * TABLE_SIZE,
			event: orders.base * TABLE_SIZE,
			error: orders.base * TABLE_SIZE,
			entry: SPAN,
		});
		expect(Object.values(BASES).every((base) => base < FIRST_EXTENSION_BASE)).toBe(true);
	});

	it('keeps the kinds of definitions apart', () => {
		expectTypeOf(orders.attribute['orders.desk']).toEqualTypeOf<TextDef>();
		expectTypeOf(orders.attribute['orders.state']).toEqualTypeOf<CodeDef>();
		expectTypeOf(orders.attribute['orders.weight']).toEqualTypeOf<NumberDef>();
		expectTypeOf(orders.span['orders.desk.take']).toEqualTypeOf<SpanDef>();
		expectTypeOf(orders.metric['pipeline.orders.desk.counter.orders_total']).toEqualTypeOf<MetricDef>();
		expectTypeOf(orders.span).not.toHaveProperty('orders.desk.tkae');
	});

	it('hands out the attributes and span events of several modules too', () => {
		expect([orders.attribute['pipeline.record_id'], orders.spanEvent.exception]).toEqual([
			attributeNamed('pipeline.record_id'),
			expect.any(Number),
		]);
	});

	it('gives the same definitions when it is defined again', () => {
		expect(defineRegistry(ORDERS)).toEqual(orders);
	});

	it('gives the same definitions in another copy of this package', async () => {
		vi.resetModules();
		const copy = await import('../../src/registry/extension.ts');
		expect(copy.defineRegistry).not.toBe(defineRegistry);
		expect(copy.defineRegistry(ORDERS)).toEqual(orders);
		expect(copy.defineRegistry({ module: 'parcels' }).base).toBe(defineRegistry({ module: 'parcels' }).base);
	});

	it('lets tables grow at their end', () => {
		const grown = defineRegistry({ ...ORDERS, spans: { ...ORDERS.spans, 'orders.desk.close': SPAN } });
		expect(grown.span).toEqual({
			'orders.desk.take': orders.span['orders.desk.take'],
			'orders.desk.close': (orders.span['orders.desk.take'] as number) + 1,
		});
		expect(defineRegistry(ORDERS)).toEqual(orders);
		expect(Object.keys(extensionTables()['orders']?.spans ?? {})).toEqual(['orders.desk.take', 'orders.desk.close']);
	});

	it('refuses a table that begins differently under the same module name', () => {
		const other = { ...ORDERS, spans: { 'orders.desk.ask': SPAN, 'orders.desk.take': SPAN } };
		expect(failureOf(other)).toMatchObject({ name: 'ExtensionError', code: 'EXTENSION_CONFLICT' });
		expect(spanNamed('orders.desk.ask')).toBeUndefined();
	});

	it('gives another module the next base, and lets it refer to the first', () => {
		const sales = defineRegistry({
			module: 'sales',
			spans: { 'sales.desk.take': { ...SPAN, parent: 'orders.desk.take' } },
		});
		expect(sales.base).toBe(orders.base + Object.keys(extensionTables()).indexOf('sales'));
		expect(sales.base).toBeGreaterThan(orders.base);
	});

	it.each(['alpha', 'common', 'recovery'])('refuses the module name %s', (module) => {
		expect(failureOf({ module })).toMatchObject({ code: 'EXTENSION_MODULE_TAKEN', findings: [] });
	});

	it('refuses what the lint refuses, names it all and defines nothing', () => {
		const error = failureOf({
			module: 'broken',
			spans: { 'broken.desk.take': { ...SPAN, attributes: ['broken.unheard_of'], parent: 'broken.desk.open' } },
		});
		expect(error).toMatchObject({
			code: 'EXTENSION_INVALID',
			findings: [
				{ rule: 'unknown-attribute', name: 'broken.desk.take' },
				{ rule: 'unknown-span', name: 'broken.desk.take' },
			],
			message: expect.stringContaining('broken.unheard_of is in no attribute table'),
		});
		expect([spanNamed('broken.desk.take'), extensionTables()['broken']]).toEqual([undefined, undefined]);
	});

	it('refuses values that have no number', () => {
		const attributes = { 'crates.kind': { type: 'code', description: 'Kind.', values: ['WICKER'] } } as const;
		expect(failureOf({ module: 'crates', attributes })).toMatchObject({ findings: [{ rule: 'unknown-value' }] });
	});

	it('refuses to take a name of this package', () => {
		const attributes = { 'pipeline.record_id': { type: 'text', description: 'Mine.' } } as const;
		expect(failureOf({ module: 'crates', attributes })).toMatchObject({ findings: [{ rule: 'duplicate-name' }] });
	});
});
