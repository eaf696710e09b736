import { describe, expect, it } from 'vitest';
import { BUILT_IN_TABLES } from '../../src/registry/built-in.ts';
import type { MetricEntry } from '../../src/registry/entries.ts';
import { lintRegistry, type RegistryTables } from '../../src/registry/lint.ts';
import { value } from '../../src/registry/values.ts';

const METRIC: MetricEntry = {
	kind: 'gauge',
	unit: '1',
	description: 'A gauge.',
	attributes: [],
	emitted: 'on collection',
};
const AUDIT = {
	type: 'AUDIT',
	severity: 'INFO',
	description: 'Something happened.',
	dimensions: ['orders.desk'],
	category: 'DATA',
	action: 'CREATE',
	resourceType: 'RECORD',
	requirements: ['3.1'],
} as const;

/** A module that is in order; each case breaks one thing. */
const SOUND = {
	attributes: {
		'orders.desk': { type: 'text', description: 'Desk.', interned: true, cap: 10 },
		'orders.state': { type: 'code', description: 'State.', values: ['OPEN', 'CLOSED'], cap: 2 },
		'orders.weight': { type: 'number', description: 'Weight.', unit: 'kg' },
		'orders.note': { type: 'text', description: 'Note.', auditOnly: true },
	},
	spans: {
		'orders.desk.take': {
			description: 'Takes an order.',
			grain: 'record',
			level: 'standard',
			kind: 'INTERNAL',
			parent: 'root',
			attributes: ['orders.desk'],
			events: ['order.refused'],
			error: 'it is refused',
		},
	},
	spanEvents: { 'order.refused': { description: 'Refused.', attributes: ['orders.state'] } },
	metrics: { 'pipeline.orders.desk.gauge.depth': METRIC },
	events: { 'pipeline.orders.desk.audit.order_taken': AUDIT },
	errors: {
		ORDER_001_REFUSED: {
			category: 'ORDER',
			severity: 'ERROR',
			recoverability: 'PERMANENT',
			scope: 'RECORD',
			description: 'Refused.',
		},
	},
} as const satisfies RegistryTables;

const lint = (tables: RegistryTables, module = 'orders') => lintRegistry({ [module]: { ...SOUND, ...tables } });
const rulesOf = (tables: RegistryTables, module?: string) => lint(tables, module).map(({ rule }) => rule);

const withMetric = (name: string, entry: Partial<MetricEntry>): RegistryTables => ({
	metrics: { [name]: { ...METRIC, ...entry } },
});
const gauge = (entry: Partial<MetricEntry>) => withMetric('pipeline.orders.desk.gauge.depth', entry);
const histogram = (entry: Partial<MetricEntry>) =>
	withMetric('pipeline.orders.desk.histogram.depth', { kind: 'histogram', buckets: 'score', ...entry });
const withAttribute = (entry: NonNullable<RegistryTables['attributes']>[string]): RegistryTables => ({
	attributes: { ...SOUND.attributes, 'orders.odd': entry },
});
const withSpan = (entry: Partial<(typeof SOUND.spans)['orders.desk.take']> | object): RegistryTables => ({
	spans: { 'orders.desk.take': { ...SOUND.spans['orders.desk.take'], ...entry } },
});
const rule = (changes: object) =>
	withSpan({
		audit: [
			{
				event: 'pipeline.orders.desk.audit.order_taken',
				when: 'always',
				details: { 'orders.desk': 'orders.desk' },
				...changes,
			},
		],
	});

const SECRET: RegistryTables = {
	attributes: { ...SOUND.attributes, 'orders.secret': { type: 'text', description: 'Secret.', protect: 'hash' } },
};

describe('the built-in tables', () => {
	it('pass', () => {
		expect(lintRegistry(BUILT_IN_TABLES, { values: new Set(Object.keys(value)) })).toEqual([]);
	});
});

describe('names', () => {
	it('finds nothing wrong with a sound module', () => {
		expect(lint({})).toEqual([]);
	});

	it.each<[string, RegistryTables]>([
		['attribute-name', { attributes: { ...SOUND.attributes, 'Orders.Desk': { type: 'text', description: 'Odd.' } } }],
		['span-name', { spans: { 'orders.take': SOUND.spans['orders.desk.take'] } }],
		['span-name', { spans: { 'alpha.desk.take': SOUND.spans['orders.desk.take'] } }],
		[
			'span-event-name',
			{ spanEvents: { ...SOUND.spanEvents, 'order.was.refused': SOUND.spanEvents['order.refused'] } },
		],
		['metric-name', withMetric('pipeline.alpha.desk.gauge.depth', {})],
		['metric-name', withMetric('pipeline.orders.desk.updowncounter.depth', {})],
		['event-name', { events: { 'pipeline.orders.desk.log.order_taken': AUDIT } }],
		['event-name', { events: { 'orders.desk.audit.order_taken': AUDIT } }],
		['error-code', { errors: { refused: SOUND.errors.ORDER_001_REFUSED } }],
	])('%s', (expected, tables) => {
		expect(rulesOf(tables)).toEqual([expected]);
	});

	it('knows the components of the modules it ships with', () => {
		const events = { 'pipeline.alpha.desk.audit.order_taken': AUDIT };
		expect(lintRegistry({ alpha: { attributes: SOUND.attributes, events } }).map(({ rule }) => rule)).toEqual([
			'event-component',
		]);
	});

	it('wants a module name in lower case', () => {
		expect(lintRegistry({ Orders: {} })).toEqual([
			{ rule: 'module-name', name: 'Orders', message: 'a module is called ^[a-z][a-z0-9_]*$' },
		]);
	});

	it('takes recovery spans from the integration layer alone', () => {
		const spans = { 'recovery.replay': { ...SOUND.spans['orders.desk.take'], attributes: [], events: [] } };
		expect([lintRegistry({ integration: { spans } }), rulesOf({ spans })]).toEqual([[], ['span-name']]);
	});

	it.each([
		[128, []],
		[129, ['attribute-name']],
	])('bounds attribute keys: %i characters', (length, expected) => {
		expect(
			rulesOf({ attributes: { ...SOUND.attributes, ['k'.repeat(length)]: { type: 'text', description: 'Long.' } } }),
		).toEqual(expected);
	});

	it.each([
		[255, []],
		[256, ['metric-name']],
	])('bounds metric names: %i characters', (length, expected) => {
		expect(rulesOf(withMetric('pipeline.orders.desk.gauge.'.padEnd(length, 'x'), {}))).toEqual(expected);
	});

	it('wants each name once, except for error codes', () => {
		const other = { attributes: SOUND.attributes, errors: SOUND.errors };
		expect(lintRegistry({ orders: SOUND, sales: other }).map(({ rule, name }) => `${rule} ${name}`)).toEqual(
			Object.keys(SOUND.attributes).map((name) => `duplicate-name ${name}`),
		);
		expect(lintRegistry({ sales: other }, { context: { orders: SOUND } })).toHaveLength(4);
	});

	it.each([
		[4096, []],
		[4097, ['table-size']],
	])('bounds tables: %i entries', (length, expected) => {
		const errors = Array.from({ length }, (_, n) => [`ORDER_${n}`, SOUND.errors.ORDER_001_REFUSED] as const);
		expect(rulesOf({ errors: Object.fromEntries(errors) })).toEqual(expected);
	});
});

describe('attributes', () => {
	it.each<[string, NonNullable<RegistryTables['attributes']>[string]]>([
		['attribute-values', { type: 'code', description: 'No values.' }],
		['attribute-values', { type: 'code', description: 'Empty.', values: [] }],
		['attribute-values', { type: 'text', description: 'Values.', values: ['A'] }],
		['attribute-values', { type: 'code', description: 'Twice.', values: ['A', 'A'] }],
		['attribute-cap', { type: 'text', description: 'No value at all.', cap: 0 }],
		['attribute-cap', { type: 'text', description: 'Secret.', cap: 5, auditOnly: true }],
		['attribute-type', { type: 'number', description: 'Interned.', interned: true }],
		['attribute-type', { type: 'code', description: 'Cut.', values: ['A'], maxLength: 8 }],
		['attribute-type', { type: 'text', description: 'With a unit.', unit: 's' }],
		['description', { type: 'text', description: ' ' }],
	])('%s', (expected, entry) => {
		expect(rulesOf(withAttribute(entry))).toEqual([expected]);
	});

	it('looks values up where there is a value table', () => {
		const values = new Set(['OPEN']);
		expect(lintRegistry({ orders: SOUND }, { values })).toEqual([
			{ rule: 'unknown-value', name: 'orders.state', message: 'CLOSED is not in the value table' },
		]);
	});
});

describe('metrics', () => {
	it.each<[string, RegistryTables]>([
		['metric-unit', gauge({ unit: 'parsecs' })],
		['metric-suffix', withMetric('pipeline.orders.desk.counter.orders', { kind: 'counter' })],
		['metric-suffix', withMetric('pipeline.orders.desk.gauge.orders_total', {})],
		['metric-suffix', gauge({ unit: 's' })],
		['metric-suffix', withMetric('pipeline.orders.desk.gauge.wait_seconds', { unit: 'ms' })],
		['metric-suffix', gauge({ unit: 'By' })],
		['metric-suffix', withMetric('pipeline.orders.desk.gauge.order_bytes', { unit: '1' })],
		['metric-suffix', withMetric('pipeline.orders.desk.gauge.fill_ratio', { unit: '{order}' })],
		['metric-suffix', withMetric('pipeline.orders.desk.gauge.order_rate', { unit: '{order}' })],
		['metric-buckets', gauge({ buckets: 'io' })],
		['metric-buckets', withMetric('pipeline.orders.desk.histogram.depth', { kind: 'histogram' })],
		['metric-buckets', histogram({ buckets: 'huge' })],
		['metric-buckets', histogram({ buckets: [] })],
		['metric-buckets', histogram({ buckets: [1, 1] })],
		['unknown-attribute', gauge({ attributes: ['orders.unheard_of'] })],
		['metric-attribute', gauge({ attributes: ['orders.weight'] })],
		['metric-attribute', gauge({ attributes: ['orders.note'] })],
		['metric-attribute', gauge({ attributes: ['orders.desk', 'orders.desk'] })],
		['metric-values', gauge({ values: { 'orders.desk': ['A'] } })],
		['metric-values', gauge({ attributes: ['orders.state'], values: { 'orders.state': ['HALF_OPEN'] } })],
	])('%s', (expected, tables) => {
		expect(rulesOf(tables)).toEqual([expected]);
	});

	it.each([
		[10, []],
		[11, ['metric-values']],
	])('holds the values of a metric against the cap: %i of 10', (length, expected) => {
		const values = { 'orders.desk': Array.from({ length }, (_, n) => `D${n}`) };
		expect(rulesOf(gauge({ attributes: ['orders.desk'], values }))).toEqual(expected);
	});

	it('finds names that meet in Prometheus, within the module and with the context', () => {
		const twin = withMetric('pipeline.orders.desk.updowncounter.depth', { kind: 'updowncounter' });
		const together = { metrics: { ...SOUND.metrics, ...twin.metrics } };
		expect(rulesOf(together)).toEqual(['prometheus-name']);
		expect(lintRegistry({ orders: twin }, { context: { orders_before: SOUND } }).map(({ rule }) => rule)).toEqual([
			'prometheus-name',
		]);
	});

	it('leaves collisions within the context alone', () => {
		const twin = withMetric('pipeline.old.desk.updowncounter.depth', { kind: 'updowncounter' });
		const context = { old: { metrics: { 'pipeline.old.desk.gauge.depth': METRIC, ...twin.metrics } } };
		expect(lintRegistry({ orders: SOUND }, { context })).toEqual([]);
	});
});

describe('references', () => {
	it.each<[string, RegistryTables]>([
		['unknown-attribute', withSpan({ attributes: ['orders.unheard_of'] })],
		['duplicate-attribute', withSpan({ attributes: ['orders.desk', 'orders.desk'] })],
		['unknown-span', withSpan({ parent: 'orders.desk.open' })],
		['unknown-span-event', withSpan({ events: ['order.lost'] })],
		['unknown-attribute', { spanEvents: { 'order.refused': { description: 'Refused.', attributes: ['orders.why'] } } }],
		[
			'unknown-attribute',
			{ events: { 'pipeline.orders.desk.audit.order_taken': { ...AUDIT, dimensions: ['orders.why'] } } },
		],
		[
			'lineage-dimension',
			{
				events: {
					'pipeline.orders.desk.audit.order_taken': {
						...AUDIT,
						lineage: {
							relation: 'COPY',
							parent: { kind: 'record' },
							child: { kind: 'destination', key: 'orders.why' },
						},
					},
				},
			},
		],
		[
			'lineage-dimension',
			{
				events: {
					'pipeline.orders.desk.audit.order_taken': {
						...AUDIT,
						lineage: {
							relation: 'COPY',
							parent: { kind: 'record', raw: 'orders.why' },
							child: { kind: 'record' },
						},
					},
				},
			},
		],
		['unknown-audit-event', rule({ event: 'pipeline.orders.desk.audit.order_lost' })],
		['audit-details', rule({ details: {} })],
		['unknown-attribute', rule({ details: { 'orders.desk': 'orders.why' } })],
		['unknown-attribute', rule({ resource: 'orders.why' })],
		['unknown-attribute', rule({ where: { 'orders.why': ['A'] } })],
		['audit-condition', rule({ where: { 'orders.state': ['HALF_OPEN'] } })],
		['audit-protection', { ...SECRET, ...rule({ resource: 'orders.secret' }) }],
		['audit-protection', { ...SECRET, ...rule({ details: { 'orders.desk': 'orders.secret' } }) }],
	])('%s', (expected, tables) => {
		expect(rulesOf(tables)).toEqual([expected]);
	});

	it('accepts a rule whose event and attributes exist', () => {
		expect(lint(rule({ where: { 'orders.state': ['OPEN'] }, resource: 'orders.desk' }))).toEqual([]);
	});

	it('takes what the context has', () => {
		const spans = { 'sales.desk.take': { ...SOUND.spans['orders.desk.take'], parent: 'orders.desk.take' } };
		expect(lintRegistry({ sales: { spans } }, { context: { orders: SOUND } })).toEqual([]);
	});
});

describe('audit events', () => {
	const { category: _, ...incomplete } = AUDIT;
	it.each<[string, RegistryTables['events']]>([
		['an audit event without category', { 'pipeline.orders.desk.audit.order_taken': incomplete }],
		[
			'an audit event that is evidence for nothing',
			{ 'pipeline.orders.desk.audit.order_taken': { ...AUDIT, requirements: [] } },
		],
		['a log with a category', { 'pipeline.orders.desk.log.order_taken': { ...AUDIT, type: 'LOG' } }],
	])('refuses %s', (_name, events) => {
		expect(rulesOf({ events: events ?? {} })).toEqual(['audit-event']);
	});
});
