import { trace } from '@opentelemetry/api';
import { WorkSpan } from '@pipeline/telemetry-core/instrumentation';
import { describe, expect, it } from 'vitest';
import { TransferState } from '../src/transfer-state.ts';

const plan = (attemptNumber: number) => ({ attemptNumber, delayMs: 1, errorCode: 'INT_ALPHA_001' });
const work = () => new WorkSpan(trace.getTracer('test').startSpan('receive'));

describe('TransferState', () => {
	it('keeps as many batches as it may, the newest', () => {
		const state = new TransferState();
		for (let batch = 0; batch < 10_000; batch++) state.retry(`b${batch}`, plan(2));
		expect(state.planOf('b0')).toEqual(plan(2));
		state.retry('b1', plan(3));
		expect(state.planOf('b0')).toEqual(plan(2));
		state.retry('one more', plan(2));
		expect([state.planOf('b0'), state.planOf('b1')]).toEqual([undefined, plan(3)]);
	});

	it('forgets a batch that departed, or whose transfer is over, when it is asked', () => {
		const state = new TransferState();
		state.depart('b');
		state.retry('b', plan(2));
		expect([state.takeDeparted('b'), state.takeDeparted('b')]).toEqual([true, false]);
		expect(state.takeFailingMs('b')).toBeGreaterThanOrEqual(0);
		expect([state.takeFailingMs('b'), state.planOf('b')]).toEqual([undefined, undefined]);
	});

	it('does not take one arrival of a batch for another', () => {
		const state = new TransferState();
		const [first, second] = [work(), work()];
		state.arrive('b', first);
		state.arrive('b', second);
		state.arrived('b', first);
		expect(state.arriving('b')).toBe(second);
		state.arrived('b', second);
		expect(state.arriving('b')).toBeUndefined();
	});
});
