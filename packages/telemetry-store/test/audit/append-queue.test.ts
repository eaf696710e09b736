import { expect, it } from 'vitest';
import { AppendQueue } from '../../src/audit/append-queue.ts';
import type { AuditEntry } from '../../src/audit/audit-row.ts';
import { auditEntry, numbers } from './audit-entries.ts';

const entriesOf = (count: number, text = '') =>
	numbers(1, count).map((number) => ({ entry: auditEntry(number, { dimensions: { 'pipeline.note': text } }) }));

it('takes items in order, as many as are stored together, no more texts than fit', async () => {
	const queue = new AppendQueue();
	const all = queue.add(entriesOf(5));
	const sizes = [queue.take(2), queue.take(10)];
	expect(sizes.map((items) => items.length)).toEqual([2, 3]);
	for (const items of sizes) queue.settle(items, ({ entry }) => entry?.event.eventId !== undefined);
	expect(await all).toEqual({ stored: 5, duplicates: 0 });
	void queue.add(entriesOf(3, 'x'.repeat(9_000_000)));
	expect([queue.take(10), queue.take(10), queue.take(10)].map((items) => items.length)).toEqual([1, 1, 1]);
	expect(queue.isEmpty).toBe(true);
});

it('refuses more than it holds, by number and by size, and takes it again later', () => {
	const place = { place: { producerId: 'p', seq: 1 } };
	const queue = new AppendQueue();
	void queue.add(Array.from({ length: 200_000 }, () => place));
	expect(() => queue.add([place])).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error);
	queue.take(1);
	expect(() => queue.add([place])).not.toThrow();
	const full = new AppendQueue();
	void full.add(entriesOf(1, 'x'.repeat(127_999_000)));
	expect(() => full.add(entriesOf(1))).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error);
	full.take(1);
	expect(() => full.add(entriesOf(1))).not.toThrow();
});

it('gives nobody an answer for items of a caller whose others failed', async () => {
	const queue = new AppendQueue();
	const one = queue.add(entriesOf(3));
	const other = queue.add(entriesOf(1));
	queue.fail(queue.take(1), new Error('gone'));
	await expect(one).rejects.toThrow('gone');
	const rest = queue.take(10);
	expect(rest).toHaveLength(1);
	queue.settle(rest, () => false);
	expect(await other).toEqual({ stored: 0, duplicates: 1 });
});

it('refuses what is no event before others are stored with it', () => {
	const queue = new AppendQueue();
	const { event, origin } = auditEntry(1);
	const wrong = [
		null,
		{},
		{ event, origin: { ...origin, service: 1 } },
		...[{ eventId: 'x' }, { value: 'x' }, { timestamp: undefined }, { recordId: 7 }, { dimensions: null }].map(
			(change) => ({ event: { ...event, ...change }, origin }),
		),
		{ event: { ...event, dimensions: { a: 1 } }, origin },
	];
	for (const entry of wrong) {
		expect(() => queue.add([{ entry: entry as AuditEntry }]), JSON.stringify(entry)).toThrow(
			expect.objectContaining({ code: 'QUERY_INVALID' }) as Error,
		);
	}
	expect(queue.isEmpty).toBe(true);
});
