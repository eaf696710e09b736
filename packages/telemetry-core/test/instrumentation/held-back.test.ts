import { afterEach, describe, expect, it } from 'vitest';
import { heldBack } from '../../src/instrumentation/index.ts';
import { installTelemetry, uninstallTelemetry } from '../../src/runtime/telemetry.ts';
import { deferred, followed } from './followed.ts';

afterEach(() => uninstallTelemetry());

const plain = heldBack((original) => original);

describe('a call that brings records in', () => {
	it('waits while there is something to wait for, and then is made as it would have been', async () => {
		const calls: unknown[] = [];
		const source = {
			fetch: followed(plain, async function fetch(this: unknown, count: number) {
				calls.push([this, count]);
				return count;
			}),
		};
		expect(await source.fetch(1)).toBe(1);
		const gate = deferred<void>();
		installTelemetry({ source: 'test', hold: () => gate.promise });
		const held = source.fetch(2);
		await Promise.resolve();
		expect(calls).toEqual([[source, 1]]);
		gate.resolve();
		expect(await held).toBe(2);
		expect(calls).toEqual([
			[source, 1],
			[source, 2],
		]);
	});

	it('fails as it would have failed', async () => {
		const fetch = followed(plain, async () => {
			throw new RangeError('gone');
		});
		await expect(fetch()).rejects.toThrow('gone');
		installTelemetry({ source: 'test', hold: async () => {} });
		await expect(fetch()).rejects.toThrow(RangeError);
	});

	it('never waits when it gives its result at once', () => {
		const fetch = followed(plain, () => ['record']);
		installTelemetry({ source: 'test', hold: async () => {} });
		expect(fetch()).toEqual(['record']);
		expect(fetch()).toEqual(['record']);
	});

	it('does not wait for anything while the instrumentation is off', async () => {
		const operation = { name: 'Sample.call', isEnabled: true, isInstalled: true };
		const fetch = plain(async () => 1, operation);
		await fetch();
		installTelemetry({ source: 'test', hold: () => new Promise(() => {}) });
		operation.isEnabled = false;
		expect(await fetch()).toBe(1);
	});
});
