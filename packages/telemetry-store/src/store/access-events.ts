import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { Access } from '../audit/audit-of-access.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';

/** Who reads, and whose data. */
export type ReaderIdentity = Omit<Access, 'atMs'>;

/**
 * An audit event for each tenant whose data was asked for, so that each finds it among its own; one without a tenant for reads of all. Not one
 * that names them all: each tenant would read there who the others are.
 *
 * @param dimensions what it says beside, or instead of, what `build` does
 */
export function accessEvents(
	who: ReaderIdentity,
	dimensions: Readonly<Record<string, string>>,
	build: (access: Access) => TelemetryEvent,
): readonly TelemetryEvent[] {
	const scopes = who.scope.tenants?.map((tenant) => TenantScope.of(tenant)) ?? [who.scope];
	return scopes.map((scope) => {
		const event = build({ ...who, scope });
		return { ...event, dimensions: { ...event.dimensions, ...dimensions } };
	});
}
