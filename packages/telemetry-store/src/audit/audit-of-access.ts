import { isoFromMs, uuidV7 } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { telemetryEntries } from '@pipeline/telemetry-core/telemetry';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { AuditQueryRequest } from './audit-query-request.ts';
import type { AuditReport } from './audit-report.ts';
import type { ExportFormat } from './export-audit.ts';
import type { VerifyAuditOptions } from './verify-audit.ts';

/** Who asks, and as whom. */
export interface Access {
	readonly actorId: string;
	readonly actorType: 'SYSTEM' | 'USER' | 'SERVICE';
	readonly sessionId?: string;
	/** What it belongs to, such as the id of a request. @default the id of the entry */
	readonly correlationId?: string;
	/** What the actor may see; where it is one tenant, the entry is that tenant's too. */
	readonly scope: TenantScope;
	/** Milliseconds since the epoch. @default now */
	readonly atMs?: number;
}

/** How a reading went. */
export interface ReadOutcome {
	readonly count: number;
	readonly elapsedMs: number;
}

const MAX_TEXT = 1_024;
const EVENTS = telemetryEntries.events;
const QUERIED = 'pipeline.telemetry.query.audit.audit_queried';
const DENIED = 'pipeline.telemetry.query.audit.access_denied';
const VERIFIED = 'pipeline.telemetry.audit.audit.integrity_verified';
const BROKEN = 'pipeline.telemetry.audit.audit.integrity_broken';
const EXPORTED = 'pipeline.telemetry.audit.audit.exported';

/** Somebody read audit, or lineage. @param filters what was asked for: only which filters there were and how many values each had is kept */
export function auditQueried(access: Access, filters: object, { count, elapsedMs }: ReadOutcome): TelemetryEvent {
	return entry(QUERIED, access, 'SUCCESS', {
		'pipeline.filters': summaryOf(filters),
		'pipeline.count': String(count),
		'pipeline.duration_ms': String(Math.round(elapsedMs)),
	});
}

/** Somebody was not let in. @param tenant whose data was asked for, where it is known: the entry is that tenant's */
export function accessDenied(access: Access, filters: object, tenant?: string): TelemetryEvent {
	return entry(DENIED, access, 'FAILURE', {
		'pipeline.filters': summaryOf(filters),
		...(tenant === undefined ? {} : { 'pipeline.tenant': tenant.slice(0, MAX_TEXT) }),
	});
}

/** Audit was verified, and found as it was sealed or not. */
export function integrityChecked(access: Access, report: AuditReport, options: VerifyAuditOptions): TelemetryEvent {
	const { isIntact, chains, findings, findingCount } = report;
	const [first] = findings;
	return entry(isIntact ? VERIFIED : BROKEN, access, isIntact ? 'SUCCESS' : 'FAILURE', {
		'pipeline.segment': chains.map(({ chain, lastSeq }) => `${chain}:${lastSeq}`).join(' ') || 'none',
		'pipeline.range': rangeOf(options),
		'pipeline.root': chains.map(({ lastBlockHash }) => lastBlockHash).join(' ') || 'none',
		'pipeline.count': String(findingCount),
		...(first === undefined ? {} : { 'pipeline.finding': `${first.kind} ${first.chain}:${first.firstSeq ?? ''}` }),
	});
}

/** Audit left the store. @param recipient whoever gets it, as far as it is known */
export function auditExported(
	access: Access,
	request: AuditQueryRequest,
	exported: ReadOutcome & { readonly format: ExportFormat; readonly recipient: string },
): TelemetryEvent {
	return entry(EXPORTED, access, 'SUCCESS', {
		'pipeline.format': exported.format,
		'pipeline.range': rangeOf(request.timeRange),
		'pipeline.recipient': exported.recipient.slice(0, MAX_TEXT) || 'unknown',
		'pipeline.filters': summaryOf(request),
		'pipeline.count': String(exported.count),
		'pipeline.duration_ms': String(Math.round(exported.elapsedMs)),
	});
}

function entry(
	name: typeof QUERIED | typeof DENIED | typeof VERIFIED | typeof BROKEN | typeof EXPORTED,
	{ actorId, actorType, sessionId, correlationId, scope, atMs = Date.now() }: Access,
	outcome: 'SUCCESS' | 'FAILURE',
	dimensions: Readonly<Record<string, string>>,
): TelemetryEvent {
	const { severity, category, action, resourceType } = EVENTS[name];
	const eventId = uuidV7();
	const [, , component = ''] = name.split('.');
	const texts = {
		'audit.actor_type': actorType,
		'audit.actor_id': actorId || 'unknown',
		...(sessionId === undefined ? {} : { 'audit.session_id': sessionId }),
		'audit.category': category,
		'audit.action': action,
		'audit.resource_type': resourceType,
		'audit.resource_id': scope.tenants?.join(' ') ?? 'all tenants',
		'audit.outcome': outcome,
		...(scope.tenants?.length === 1 ? { 'pipeline.tenant': scope.tenants[0] ?? '' } : {}),
		...(scope.justification === undefined ? {} : { 'pipeline.justification': scope.justification }),
		...dimensions,
	};
	return {
		eventId,
		timestamp: isoFromMs(atMs),
		module: 'TELEMETRY',
		component,
		eventType: 'AUDIT',
		severity,
		name,
		correlationId: (correlationId || eventId).slice(0, 128),
		dimensions: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.slice(0, MAX_TEXT)])),
	};
}

/** Names of filters, and how many values each had: the values may be about people. */
function summaryOf(filters: object): string {
	const parts = Object.entries(filters).flatMap(([name, value]: [string, unknown]) => {
		if (value === undefined || name === 'continuationToken') return [];
		if (Array.isArray(value)) return value.length === 0 ? [] : [`${name}:${value.length}`];
		return [name === 'timeRange' ? `timeRange:${rangeOf(value as VerifyAuditOptions)}` : name];
	});
	return parts.join(' ').slice(0, MAX_TEXT) || 'none';
}

const rangeOf = ({ from = '', to = '' }: Pick<VerifyAuditOptions, 'from' | 'to'>): string =>
	`${String(from).slice(0, 40)}/${String(to).slice(0, 40)}`;
