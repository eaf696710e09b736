import type { BackPressureEvent, ValidatedRecord } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { RecordBuffer } from '../src/index.ts';
import { runtime } from './fixtures.ts';

function bufferOf() {
	const events: [BackPressureEvent['eventType'], number][] = [];
	const buffer = new RecordBuffer({
		bufferId: 'alpha',
		runtime: runtime(),
		capacity: 100,
		highWatermark: 0.8,
		lowWatermark: 0.5,
		affectedSources: ['FILE:a'],
		onBackPressure: ({ eventType }) => events.push([eventType, buffer.depth]),
	});
	return { buffer, events };
}

const record = (at: number) => ({ recordId: String(at) }) as ValidatedRecord;
const fill = (buffer: RecordBuffer, count: number) =>
	Array.from({ length: count }, (_, at) => buffer.enqueue(record(at))).every(Boolean);

describe('RecordBuffer', () => {
	it('warns at 0.9 of the high watermark, activates at it, deactivates below the low one', () => {
		const { buffer, events } = bufferOf();
		fill(buffer, 80);
		buffer.dequeue(80, 'SIZE');
		buffer.release(30);
		expect(buffer.isBackPressureActive).toBe(true);
		buffer.release(1);
		expect([buffer.isBackPressureActive, events]).toEqual([
			false,
			[
				['THRESHOLD_WARNING', 72],
				['ACTIVATED', 80],
				['DEACTIVATED', 49],
			],
		]);
	});

	it('stays silent one record below each watermark', () => {
		const { buffer, events } = bufferOf();
		fill(buffer, 71);
		expect(events).toEqual([]);
		fill(buffer, 8);
		expect(events).toEqual([['THRESHOLD_WARNING', 72]]);
	});

	it('refuses when full and drops nothing', () => {
		const { buffer } = bufferOf();
		expect([fill(buffer, 100), buffer.enqueue(record(100)), buffer.depth]).toEqual([true, false, 100]);
	});

	it('counts records that were taken out until they are released', () => {
		const { buffer } = bufferOf();
		fill(buffer, 10);
		const taken = buffer.dequeue(4, 'SIZE').map(({ recordId }) => recordId);
		expect([taken, buffer.waiting, buffer.depth]).toEqual([['0', '1', '2', '3'], 6, 10]);
		buffer.release(4);
		expect(buffer.depth).toBe(6);
	});

	it('lets waiters go on when back-pressure is over', async () => {
		const { buffer } = bufferOf();
		fill(buffer, 80);
		let isReady = false;
		const waiting = buffer.ready().then(() => {
			isReady = true;
		});
		await Promise.resolve();
		expect(isReady).toBe(false);
		buffer.dequeue(80, 'SIZE');
		buffer.release(80);
		await waiting;
		expect(isReady).toBe(true);
	});
});
