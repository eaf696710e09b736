import { openTelemetry } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/telemetry';
import type { TraceResource } from '../encoding/trace-request.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { countRedacted } from '../redaction/redaction-metrics.ts';
import { PROFILES } from '../settings/profiles.ts';
import type { ResolvedSettings } from '../settings/settings.ts';
import { AuditSpool } from '../spool/audit-spool.ts';

/** Where audit has to be and nobody says where: in the working directory. */
const DEFAULT_PATH = 'telemetry-audit';
const MS_PER_S = 1_000;

/** Opens the spool, if audit is to be durable: always under staging and prod, under dev where a path is given. */
export function startAudit(
	settings: ResolvedSettings,
	resource: TraceResource,
	metrics: BoundMetrics,
	redaction: Redaction,
): AuditSpool | undefined {
	const { audit, otlp, profile, regulated } = settings;
	const path = audit.path ?? (PROFILES[profile].isAuditOptional && !regulated ? undefined : DEFAULT_PATH);
	if (!audit.enabled || path === undefined) return undefined;
	const spool = new AuditSpool({
		path,
		resource,
		redaction,
		onRedacted: (counts) => countRedacted(metrics, counts),
		destination: otlp.logs,
		checkpointEveryMs: audit.checksumIntervalS * MS_PER_S,
		scopes: () => openTelemetry().scopes,
		onLost: (reason, entries) =>
			metrics
				.bind(metric['pipeline.telemetry.events.counter.events_dropped_total'], {
					'pipeline.signal': 'AUDIT',
					'pipeline.reason': reason,
				})
				.add(entries),
	});
	return spool;
}
