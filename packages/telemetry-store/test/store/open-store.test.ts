import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/telemetry-store.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { deliveryOf, RANGE } from './store-events.ts';

it('opens what was closed with all that is in it', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'telemetry-store-'));
	const options = { target: { path: join(folder, 'data') }, retention: 'prod', recentEvents: 0 } as const;
	try {
		const first = await openStore(options);
		await first.append(deliveryOf('record', 'north'));
		await Promise.all([first.close(), first.close()]);
		const second = await openStore(options);
		expect(await second.ping()).toBe(true);
		const scope = TenantScope.of('north');
		const page = await second
			.reader({ actorId: 'somebody', actorType: 'USER', scope })
			.queryAudit({ timeRange: RANGE });
		expect(page.entries).toHaveLength(2);
		expect(second.durableSeq('nobody')).toBe(0);
		await second.close();
		await expect(second.append(deliveryOf('late', 'north'))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

it('keeps what was set before when nobody says how long, and a new store for a week', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'telemetry-store-'));
	const keptDays = async (path: string, retention?: 'prod') => {
		const store = await openStore({ target: { path }, ...(retention === undefined ? {} : { retention }) });
		const scope = TenantScope.operator('a test');
		const { tables } = await store.reader({ actorId: 'somebody', actorType: 'USER', scope }).storeGrowth();
		await store.close();
		return tables.find(({ table }) => table === 'audit_events')?.retentionDays;
	};
	try {
		expect(await keptDays(join(folder, 'configured'), 'prod')).toBe(2_557);
		expect(await keptDays(join(folder, 'configured'))).toBe(2_557);
		expect(await keptDays(join(folder, 'new'))).toBe(7);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
