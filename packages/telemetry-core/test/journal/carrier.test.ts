import { describe, expect, it } from 'vitest';
import {
	ENTRY_STAGE,
	JOURNAL,
	type Journal,
	noopTracer,
	STAGE,
	type Stage,
	withoutCarrier,
	writeCarrier,
} from '../../src/index.ts';

const [journal, stage] = [7 as Journal, 3 as Stage];

describe('carriers', () => {
	it('are two symbols that JSON does not see and spreading copies', () => {
		const item = { id: 'r' };
		writeCarrier(item, journal, stage);
		expect({ ...item }).toEqual({ id: 'r', [JOURNAL]: 7, [STAGE]: 3 });
		expect(JSON.stringify(item)).toBe('{"id":"r"}');
		expect([Symbol.keyFor(JOURNAL), Symbol.keyFor(STAGE)]).toEqual(['pipeline.journal', 'pipeline.stage']);
	});

	it('are written to sealed items that declared them, not to frozen ones', () => {
		const sealed = Object.seal({ id: 'r', [JOURNAL]: 0, [STAGE]: 0 });
		const [frozen, closed] = [Object.freeze({ [JOURNAL]: 0 }), Object.preventExtensions({ id: 'r' })];
		for (const item of [sealed, frozen, closed]) writeCarrier(item, journal, stage);
		expect([sealed, frozen, closed]).toEqual([{ id: 'r', [JOURNAL]: 7, [STAGE]: 3 }, { [JOURNAL]: 0 }, { id: 'r' }]);
	});

	it('never make an item throw', () => {
		const hostile = new Proxy({}, { set: () => false });
		expect(() => writeCarrier(hostile, journal, stage)).not.toThrow();
	});

	it('can be taken off for comparisons, at every depth', () => {
		const carried = { id: 'r', [JOURNAL]: 7, list: [{ [STAGE]: 3, at: 1 }, 2], nothing: null };
		expect(withoutCarrier(carried)).toStrictEqual({ id: 'r', list: [{ at: 1 }, 2], nothing: null });
		const date = new Date(0);
		expect(withoutCarrier(date)).toBe(date);
	});
});

describe('the tracer of telemetry that is off', () => {
	it('creates nothing, touches nothing and runs what it is given', () => {
		const item = { id: 'r' };
		const fields = { traceId: 'as it came' };
		const [begun, entered] = [noopTracer.begin(1 as never, item), noopTracer.enter(journal, 1 as never, stage)];
		noopTracer.attach(item, journal, stage);
		noopTracer.exit(journal, stage, 0);
		noopTracer.setNumber(journal, stage, 1 as never, 1);
		noopTracer.setText(journal, stage, 1 as never, 'x');
		noopTracer.setCode(journal, stage, 1 as never, 1 as never);
		noopTracer.fail(journal, stage, 1 as never);
		noopTracer.link(journal, stage, 'batch', stage);
		noopTracer.keep(journal, 'FORCED');
		noopTracer.fork(journal, 1);
		noopTracer.park(journal, 'b');
		noopTracer.applyVerdicts({ keep: [], released: [] });
		expect([begun, entered, item]).toEqual([0, ENTRY_STAGE, { id: 'r' }]);
		expect([noopTracer.journalOf(item), noopTracer.stageOf(item)]).toEqual([0, 0]);
		expect(noopTracer.lap(journal, 1 as never, stage, 0)).toBe(0);
		expect(noopTracer.insert(journal, 1 as never, stage, 1, 2, 0)).toBe(0);
		expect(noopTracer.event(journal, stage, 1 as never)).toBe(0);
		expect(noopTracer.finish(journal, stage, 'DELIVERED', 1 as never)).toBe(false);
		expect(noopTracer.inject(journal, stage, fields)).toBe(fields);
		expect([noopTracer.recall('r'), noopTracer.takeVerdicts('beta')]).toEqual([undefined, undefined]);
		expect(noopTracer.run(journal, stage, () => 'ran')).toBe('ran');
		expect([noopTracer.current, noopTracer.seconds]).toEqual([{ journal: 0, stage: 0 }, new Float64Array(1)]);
	});
});
