import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterEach, expect, it, vi } from 'vitest';
import { StoreError } from '../../src/connection/store-error.ts';
import { AccessLog } from '../../src/store/access-log.ts';

afterEach(() => void vi.useRealTimers());

const event = (eventId: string): TelemetryEvent => ({
	eventId,
	timestamp: '2026-11-21T10:00:00.000000Z',
	module: 'TELEMETRY',
	component: 'query',
	eventType: 'AUDIT',
	severity: 'INFO',
	name: 'pipeline.telemetry.query.audit.audit_queried',
	dimensions: {},
});

/** A ledger that appends when it is told to. */
class SlowLedger {
	readonly appended: string[][] = [];
	#waiting: PromiseWithResolvers<void>[] = [];
	isAway = false;

	async append(entries: readonly { readonly event: TelemetryEvent }[]): Promise<void> {
		if (this.isAway) throw new StoreError('STORE_UNAVAILABLE', 'away');
		this.appended.push(entries.map(({ event: { eventId } }) => eventId));
		const waiting = Promise.withResolvers<void>();
		this.#waiting.push(waiting);
		await waiting.promise;
	}

	finish(): void {
		for (const { resolve } of this.#waiting.splice(0)) resolve();
	}
}

it('appends what came during an append together, and resolves each when its own is stored', async () => {
	const ledger = new SlowLedger();
	const log = new AccessLog(ledger);
	const settled: string[] = [];
	const all = ['a', 'b', 'c'].map((id) => log.record(event(id)).then(() => settled.push(id)));
	expect(ledger.appended).toEqual([['a']]);
	ledger.finish();
	await all[0];
	expect(settled).toEqual(['a']);
	await vi.waitFor(() => expect(ledger.appended).toEqual([['a'], ['b', 'c']]));
	ledger.finish();
	await Promise.all(all);
	expect(settled).toEqual(['a', 'b', 'c']);
	expect(await log.close()).toBe(0);
});

it('keeps entries while the store is away, up to a bound, and appends them when it is back', async () => {
	vi.useFakeTimers();
	const ledger = new SlowLedger();
	ledger.isAway = true;
	const log = new AccessLog(ledger);
	await expect(log.record(event('refused'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
	for (let index = 0; index < 1_000; index++) log.recordLater([event(`held-${index}`)]);
	expect(() => log.recordLater([event('one too many')])).toThrow(/no more reads can be audited/);
	await vi.advanceTimersByTimeAsync(5_000);
	ledger.isAway = false;
	await vi.advanceTimersByTimeAsync(5_000);
	expect(ledger.appended.map((ids) => ids.length)).toEqual([1_000]);
	ledger.finish();
	await vi.advanceTimersByTimeAsync(0);
	expect(vi.getTimerCount()).toBe(0);
	expect(await log.close()).toBe(0);
});

it('takes the entries of a read together or not at all', async () => {
	const ledger = new SlowLedger();
	ledger.isAway = true;
	const log = new AccessLog(ledger);
	const read = Array.from({ length: 600 }, (_, index) => event(`tenant-${index}`));
	log.recordLater(read);
	log.recordLater(read);
	expect(() => log.recordLater(read)).toThrow(/no more reads can be audited/);
	expect(await log.close()).toBe(1_200);
});

it('takes what may come later along with what is waited for', async () => {
	const ledger = new SlowLedger();
	const log = new AccessLog(ledger);
	log.recordLater([event('behind')]);
	log.recordLater([event('too')]);
	const waited = log.record(event('waited for'));
	expect(ledger.appended).toEqual([['behind']]);
	ledger.finish();
	await vi.waitFor(() => expect(ledger.appended).toEqual([['behind'], ['too', 'waited for']]));
	ledger.finish();
	await waited;
	expect(await log.close()).toBe(0);
});

it('says how many entries are lost when it is closed with the store away', async () => {
	const ledger = new SlowLedger();
	ledger.isAway = true;
	const log = new AccessLog(ledger);
	log.recordLater([event('lost')]);
	expect(await log.close()).toBe(1);
});
