import { StoreError, type TelemetryStore } from '@pipeline/telemetry-store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StoreConnection } from '../../src/server/store-connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const away = new StoreError('STORE_UNAVAILABLE', 'away');
/** Stands for an open store: only that it is closed matters here. */
const opened = () => {
	const close = vi.fn(async () => {});
	return { store: { close } as unknown as TelemetryStore, close };
};
const options = { store: { target: { path: 'unused' } } };

it('goes on trying while the store is away, ever more seldom, and says so meanwhile', async () => {
	const { store, close } = opened();
	let tries = 0;
	const told: string[] = [];
	const connection = await StoreConnection.open({
		...options,
		onAway: ({ code }) => void told.push(code),
		open: async () => {
			tries++;
			if (tries < 4) throw away;
			return store;
		},
	});
	expect(connection.isOpen).toBe(false);
	expect(() => connection.store).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
	for (const [waitMs, tried] of [
		[999, 1],
		[1, 2],
		[1_999, 2],
		[1, 3],
		[3_999, 3],
		[1, 4],
		[60_000, 4],
	] as const) {
		await vi.advanceTimersByTimeAsync(waitMs);
		expect(tries).toBe(tried);
	}
	expect(told).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
	expect(connection.store).toBe(store);
	await connection.close();
	expect(close).toHaveBeenCalledOnce();
	expect(connection.isOpen).toBe(false);
});

it('does not begin with a store that no later try can open', async () => {
	const open = async () => {
		throw new StoreError('STORE_LOCKED', 'taken');
	};
	await expect(StoreConnection.open({ ...options, open })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
	expect(vi.getTimerCount()).toBe(0);
});

it('stops trying when it is closed', async () => {
	const open = vi.fn(async () => {
		throw away;
	});
	const connection = await StoreConnection.open({ ...options, open });
	await connection.close();
	await vi.advanceTimersByTimeAsync(120_000);
	expect(open).toHaveBeenCalledOnce();
	expect(() => connection.store).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
});
