import { isoFromMs, nowMs, uuidV7 } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { telemetryEntries } from '@pipeline/telemetry-core/telemetry';
import { NO_TENANT, type TenantScope } from '../tenancy/tenant-scope.ts';

/** Who reads, and whose data. */
export interface ReaderIdentity {
	readonly actorId: string;
	readonly actorType: 'USER' | 'SERVICE' | 'SYSTEM';
	readonly scope: TenantScope;
	/** What belongs together: a request, a session. */
	readonly sessionId?: string;
}

/** What was read, refused, exported or verified. */
export interface Access {
	readonly name:
		| 'pipeline.telemetry.query.audit.audit_queried'
		| 'pipeline.telemetry.query.audit.access_denied'
		| 'pipeline.telemetry.audit.audit.exported'
		| 'pipeline.telemetry.audit.audit.integrity_verified'
		| 'pipeline.telemetry.audit.audit.integrity_broken';
	/** The kind of thing, or the one thing: a record, a trace. */
	readonly resourceId: string;
	readonly outcome: 'SUCCESS' | 'FAILURE' | 'PARTIAL';
	/** Dimensions of its own; undefined ones are left out. */
	readonly details: Readonly<Record<string, string | undefined>>;
}

const MAX_VALUE_LENGTH = 1_024;

/** An audit event for each tenant whose data was asked for, so that each finds it among its own; one without a tenant for reads of all. */
export function accessEvents(who: ReaderIdentity, access: Access): readonly TelemetryEvent[] {
	return (who.scope.tenants ?? [undefined]).map((tenant) => accessEvent(who, access, tenant));
}

function accessEvent(
	{ actorId, actorType, scope, sessionId }: ReaderIdentity,
	{ name, resourceId, outcome, details }: Access,
	tenant: string | undefined,
): TelemetryEvent {
	const { severity, category, action, resourceType } = telemetryEntries.events[name];
	const eventId = uuidV7();
	const dimensions: Readonly<Record<string, string | undefined>> = {
		'audit.actor_type': actorType,
		'audit.actor_id': actorId,
		'audit.category': category,
		'audit.action': action,
		'audit.resource_type': resourceType,
		'audit.resource_id': resourceId,
		'audit.outcome': outcome,
		'audit.session_id': sessionId,
		'pipeline.tenant': tenant === NO_TENANT ? undefined : tenant,
		'pipeline.justification': scope.justification,
		...details,
	};
	return {
		eventId,
		timestamp: isoFromMs(nowMs()),
		module: 'TELEMETRY',
		component: name.startsWith('pipeline.telemetry.query.') ? 'query' : 'audit',
		eventType: 'AUDIT',
		severity,
		name,
		correlationId: sessionId ?? eventId,
		dimensions: Object.fromEntries(
			Object.entries(dimensions)
				.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
				.map(([key, value]) => [key, value.toWellFormed().slice(0, MAX_VALUE_LENGTH).toWellFormed()]),
		),
	};
}

/** Filters of a request as text, without those that are not set. */
export function filtersText(request: object): string {
	const set = Object.entries(request).filter(
		([key, value]) =>
			key !== 'continuationToken' && value !== undefined && !(Array.isArray(value) && value.length === 0),
	);
	return JSON.stringify(Object.fromEntries(set));
}
