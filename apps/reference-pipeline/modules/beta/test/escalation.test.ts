import { describe, expect, it } from 'vitest';
import { Escalation, type EscalationChange } from '../src/errors/escalation.ts';
import { RateWindow } from '../src/errors/rate-window.ts';

function setUp() {
	const changes: EscalationChange[] = [];
	const escalation = new Escalation([0.05, 0.2, 0.5, 0.8], (change) => changes.push(change));
	const add = (count: number, failed: boolean) => {
		for (let record = 0; record < count; record += 1) escalation.add(failed);
	};
	return { escalation, changes, add };
}

describe('Escalation', () => {
	it('says nothing before it has seen 50 records', () => {
		const { escalation, add } = setUp();
		add(49, true);
		expect(escalation.level).toBe(0);
		add(1, true);
		expect(escalation.level).toBe(4);
	});

	it('rises and falls with the error rate', () => {
		const { changes, add } = setUp();
		add(95, false);
		add(5, true);
		add(1, false);
		expect(changes).toEqual([
			{ from: 0, to: 1, errorRate: 0.05, threshold: 0.05 },
			{ from: 1, to: 0, errorRate: 5 / 101, threshold: 0 },
		]);
	});

	it('stays halted whatever comes, until it is resumed', () => {
		const { escalation, add } = setUp();
		add(50, true);
		add(400, false);
		expect(escalation.level).toBe(4);
		escalation.resume();
		expect([escalation.level, escalation.errorRate]).toEqual([0, 0]);
	});
});

describe('RateWindow', () => {
	it('forgets what is older than its size', () => {
		const window = new RateWindow(4, 2);
		const rates = [true, true, false, false, false, false].map((failed) => {
			window.add(failed);
			return window.rate;
		});
		expect(rates).toEqual([0, 1, 2 / 3, 0.5, 0.25, 0]);
	});
});
