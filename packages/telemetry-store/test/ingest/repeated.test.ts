import { expect, it } from 'vitest';
import { RecentRequests } from '../../src/ingest/recent-requests.ts';
import { SeenEvents } from '../../src/ingest/seen-events.ts';

const body = (number: number) => Buffer.from(String(number));

it('answers a request that comes again with its first answer, also while it is handled', async () => {
	const requests = new RecentRequests<number>();
	const gate = Promise.withResolvers<number>();
	const first = requests.answer('logs', body(1), () => gate.promise);
	const again = requests.answer('logs', body(1), () => Promise.resolve(2));
	const other = requests.answer('traces', body(1), () => Promise.resolve(3));
	gate.resolve(1);
	expect([first.isRepeated, again.isRepeated, other.isRepeated]).toEqual([false, true, false]);
	expect(await Promise.all([first.result, again.result, other.result])).toEqual([1, 1, 3]);
	expect(requests.answer('logs', body(1), () => Promise.resolve(4))).toMatchObject({ isRepeated: true });
});

it('forgets a request that failed', async () => {
	const requests = new RecentRequests<number>();
	const { result } = requests.answer('logs', body(1), () => Promise.reject(new Error('busy')));
	await expect(result).rejects.toThrow('busy');
	const again = requests.answer('logs', body(1), () => Promise.resolve(2));
	expect(again.isRepeated).toBe(false);
	expect(await again.result).toBe(2);
});

it('knows the newest 10,000 requests', () => {
	const requests = new RecentRequests<number>();
	for (let number = 0; number <= 10_000; number++) requests.answer('logs', body(number), () => Promise.resolve(number));
	expect(requests.answer('logs', body(1), () => Promise.resolve(0)).isRepeated).toBe(true);
	expect(requests.answer('logs', body(0), () => Promise.resolve(0)).isRepeated).toBe(false);
});

it('knows the newest 100,000 events, each from when it was stored', () => {
	const seen = new SeenEvents();
	expect(seen.has('0')).toBe(false);
	seen.add(Array.from({ length: 100_000 }, (_, number) => String(number)));
	seen.add(['0', '100000']);
	expect(['0', '1', '2', '100000'].map((id) => seen.has(id))).toEqual([true, false, true, true]);
});
