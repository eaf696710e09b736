import { createTelemetryHarness, renderTree, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlphaBinding, AlphaInstrumentation } from '../src/index.ts';

interface Batch {
	readonly id: string;
	readonly rows: readonly object[];
}

const target = (method: string) => ({ export: 'module', method });

const BINDING: AlphaBinding = {
	module: 'own',
	supportedVersions: ['*'],
	fetch: { ...target('fetch'), items: (rows: readonly object[]) => rows },
	parse: {
		...target('parse'),
		records: ({ row }: { readonly row?: object }) => (row === undefined ? [] : [row]),
		errorCode: ({ row }: { readonly row?: object }) => (row === undefined ? 'PARSE_001_INVALID_JSON' : undefined),
	},
	validate: { ...target('validate'), validated: (row: object) => row },
	handoff: {
		...target('send'),
		records: ({ rows }: Batch) => rows,
		batchId: ({ id }: Batch) => id,
	},
	receipt: {
		...target('receive'),
		batchId: ({ id }: { readonly id: string }) => id,
		accepted: ({ ok }: { readonly ok: boolean }) => ok,
	},
};

const ownModule = () => ({
	*fetch() {
		yield* [{}, {}];
	},
	parse: (text: unknown) => (text === '' ? {} : { row: { text } }),
	validate: (row: object) => ({ ...row }),
	send(_batch: Batch) {},
	receive(_receipt: { readonly id: string; readonly ok: boolean }) {},
});

describe("a binding of a team's own module", () => {
	let harness: TelemetryHarness;
	let instrumentation: AlphaInstrumentation;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(async () => {
		instrumentation.disable();
		await harness.shutdown();
	});

	function follow(binding: AlphaBinding) {
		const module = ownModule();
		instrumentation = new AlphaInstrumentation({ binding });
		instrumentation.instrument({ module });
		return module;
	}

	const sends = () => harness.spans().filter(({ name }) => name === 'alpha.handoff.send');

	it('follows items that copy no carriers, from a primitive on', () => {
		const module = follow(BINDING);
		const { row = {} } = module.parse('one') as { row?: object };
		const valid = module.validate(row);
		module.send({ id: 'b1', rows: [valid] });
		module.receive({ id: 'b1', ok: true });
		expect(renderTree(harness.spans())).toBe(
			['alpha.record.ingest', '  alpha.parser.parse', '  alpha.validation.validate', '  alpha.handoff.send'].join('\n'),
		);
	});

	it('ends a record that failed and that nothing can carry on', () => {
		follow(BINDING).parse('');
		const [, ingest] = harness.spans();
		expect(ingest).toMatchObject({
			name: 'alpha.record.ingest',
			status: 'ERROR',
			statusMessage: 'PARSE_001_INVALID_JSON',
		});
	});

	it('follows frozen items by the carrier that the binding names', () => {
		const carrier = (_item: unknown, space: object) => space;
		const { parse, validate } = BINDING;
		const module = follow({
			...BINDING,
			parse: { ...parse, ...target('parse'), carrier },
			validate: { ...validate, ...target('validate'), carrier },
		}) as unknown as Record<'parse' | 'validate', (item: unknown, space: object) => unknown>;
		const space = {};
		module.parse(Object.freeze({}), space);
		module.validate(Object.freeze({}), space);
		const [parsed, validated] = harness.spans();
		expect([parsed?.name, validated?.name]).toEqual(['alpha.parser.parse', 'alpha.validation.validate']);
		expect(validated?.parentSpanId).toBe(parsed?.parentSpanId);
	});

	it('counts what a generator gave', () => {
		expect([...follow(BINDING).fetch()]).toHaveLength(2);
		expect(harness.spans()[0]?.attributes['pipeline.returned']).toBe(2);
	});

	it('ends a hand-over by its receipt, whenever and in whatever order that comes', () => {
		const module = follow(BINDING);
		for (const id of ['b1', 'b2']) module.send({ id, rows: [(module.parse(id) as { row: object }).row] });
		expect(sends()).toEqual([]);
		module.receive({ id: 'b2', ok: false });
		module.receive({ id: 'b1', ok: true });
		module.receive({ id: 'b1', ok: false });
		module.receive({ id: 'never sent', ok: true });
		expect(sends().map(({ status, attributes }) => [attributes['pipeline.transfer_batch_id'], status])).toEqual([
			['b2', 'ERROR'],
			['b1', 'UNSET'],
		]);
	});

	it('ends a hand-over by its receipt also where the two are wrapped one by one', () => {
		const module = follow(BINDING);
		const send = instrumentation.wrap('handoff', (_batch: Batch) => {});
		const receive = instrumentation.wrap('receipt', (_receipt: { readonly id: string; readonly ok: boolean }) => {});
		const { row = {} } = module.parse('one') as { row?: object };
		send({ id: 'b1', rows: [row] });
		expect(sends()).toHaveLength(0);
		receive({ id: 'b1', ok: true });
		expect(sends()).toHaveLength(1);
	});

	it('ends a hand-over that threw, receipt or not', () => {
		const module = ownModule();
		module.send = () => {
			throw new Error('of the module');
		};
		instrumentation = new AlphaInstrumentation({ binding: BINDING });
		instrumentation.instrument({ module });
		const { row } = module.parse('one') as { row: object };
		expect(() => module.send({ id: 'b1', rows: [row] })).toThrow('of the module');
		module.receive({ id: 'b1', ok: true });
		expect(sends().map(({ status }) => status)).toEqual(['ERROR']);
	});

	it('waits for the receipts of 1,024 batches, and ends the oldest for one more', () => {
		const module = follow(BINDING);
		const send = (id: number) => module.send({ id: `b${id}`, rows: [(module.parse(`${id}`) as { row: object }).row] });
		for (let id = 0; id < 1_024; id++) send(id);
		expect(sends()).toEqual([]);
		send(1_024);
		expect(sends().map(({ attributes }) => attributes['pipeline.transfer_batch_id'])).toEqual(['b0']);
	});
});
