import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentEvents } from '../../src/store/recent-events.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';

const event = (index: number, tenant?: string): TelemetryEvent => ({
	eventId: `01a1ff27-8260-7000-abb3-${String(index).padStart(12, '0')}`,
	timestamp: `2026-11-21T10:00:00.${String(index).padStart(6, '0')}Z`,
	module: 'ALPHA',
	component: 'adapter',
	eventType: 'AUDIT',
	severity: 'INFO',
	name: 'pipeline.alpha.adapter.audit.record_ingested',
	dimensions: tenant === undefined ? {} : { 'pipeline.tenant': tenant },
});

it('holds the newest, in the order of their times, each once', () => {
	const recent = new RecentEvents(3);
	for (const index of [5, 1, 4, 2, 2]) recent.add(event(index));
	const all = recent.find(TenantScope.operator('test'), () => true);
	expect(all).toEqual([event(1), event(2), event(4)]);
	expect(recent.find(TenantScope.operator('test'), ({ eventId }) => eventId.endsWith('4'))).toEqual([event(4)]);
	const none = new RecentEvents(0);
	none.add(event(1));
	expect(none.find(TenantScope.operator('test'), () => true)).toEqual([]);
});

it('holds no event that is very long', () => {
	const recent = new RecentEvents(3);
	const long = (index: number, length: number) => ({ ...event(index), dimensions: { text: 'x'.repeat(length - 4) } });
	recent.add(long(1, 4_096));
	recent.add(long(2, 4_097));
	expect(recent.find(TenantScope.operator('test'), () => true)).toEqual([long(1, 4_096)]);
});

it('never shows an event to a scope without its tenant', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom('a', 'b', undefined), { maxLength: 50 }),
			fc.subarray(['a', 'b', 'default'], { minLength: 1 }),
			(tenants, allowed) => {
				const recent = new RecentEvents();
				for (const [index, tenant] of tenants.entries()) recent.add(event(index, tenant));
				const found = recent.find(TenantScope.of(...allowed), () => true);
				expect(found).toEqual(
					tenants.flatMap((tenant, index) => (allowed.includes(tenant ?? 'default') ? [event(index, tenant)] : [])),
				);
			},
		),
	);
});

it('holds events of two tenants that have the same id, each for its own', () => {
	const recent = new RecentEvents(3);
	for (const tenant of ['a', 'b']) recent.add(event(1, tenant));
	for (const tenant of ['a', 'b']) expect(recent.find(TenantScope.of(tenant), () => true)).toEqual([event(1, tenant)]);
	// Those that made room may come again.
	for (const index of [2, 3, 4, 1]) recent.add(event(index, 'a'));
	expect(recent.find(TenantScope.of('a'), () => true)).toEqual([event(1, 'a'), event(3, 'a'), event(4, 'a')]);
});
