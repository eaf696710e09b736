import { beforeEach, describe, expect, it, vi } from 'vitest';

// No static import of the package: the first copy of this file's process is loaded by the first test.
const load = () => import('../../src/index.ts');
const SLOT = Symbol.for('pipeline.telemetry.1');

describe('the global slot', () => {
	beforeEach(() => vi.resetModules());

	it('is where two copies meet: what one installs the other uses', async () => {
		const one = await load();
		vi.resetModules();
		const other = await load();
		expect(one.noopTracer === other.noopTracer).toBe(false);
		expect(one.telemetry).toBe(other.telemetry);
		expect(one.openTelemetry()).toBe(other.openTelemetry());
		const emitted: unknown[] = [];
		const restore = one.installTelemetry({ source: 'test', events: { emit: (event) => emitted.push(event) } });
		other.telemetry.events.emit(1 as never, {});
		expect([other.telemetry.source, emitted]).toEqual(['test', [1]]);
		restore();
		expect([other.telemetry.source, other.telemetry.events]).toEqual(['none', one.noopEventSink]);
	});

	it('is left in any order: nobody brings back what is gone', async () => {
		const core = await load();
		const events = () => ({ emit: () => {} });
		const [a, b, c] = [events(), events(), events()];
		const { events: before } = core.telemetry;
		const restoreA = core.installTelemetry({ source: 'same', events: a, attributes: { of: 'a' } });
		const restoreB = core.installTelemetry({ source: 'same', events: b });
		const restoreC = core.installTelemetry({ events: c });
		const { telemetry } = core;
		restoreB();
		expect(telemetry).toMatchObject({ source: 'same', events: c, attributes: { of: 'a' } });
		restoreA();
		restoreA();
		expect(telemetry).toMatchObject({ source: 'none', events: c, attributes: {} });
		restoreC();
		expect(telemetry.events).toBe(before);
	});

	it('is where their tables meet: a definition of one means the same in the other', async () => {
		const one = await import('../../src/registry/index.ts');
		vi.resetModules();
		const other = await import('../../src/registry/index.ts');
		const parse = one.spanNamed('alpha.parser.parse') as never;
		expect([one === other, other.lookUpSpan(parse)?.name]).toEqual([false, 'alpha.parser.parse']);
	});

	it('a record that one copy begins the other continues', async () => {
		const { createTelemetryHarness } = await import('../../../telemetry-testing/src/index.ts');
		const one = await load();
		const { span } = await import('../../src/registry/alpha/index.ts');
		const harness = createTelemetryHarness();
		vi.resetModules();
		const other = await load();
		const record = {};
		const journal = one.telemetry.tracer.begin(span['alpha.record.ingest'], record);
		expect(other.telemetry.tracer.journalOf(record)).toBe(journal);
		expect([one.JOURNAL, one.STAGE]).toEqual([other.JOURNAL, other.STAGE]);
		await harness.shutdown();
		expect(one.telemetry.source).toBe('none');
	});

	it('cannot be replaced by accident', async () => {
		await load();
		expect(Object.getOwnPropertyDescriptor(globalThis, SLOT)).toMatchObject({ writable: false, configurable: false });
	});
});
