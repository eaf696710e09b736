import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openTelemetry } from '@pipeline/telemetry-core';
import { metric } from '@pipeline/telemetry-core/telemetry';
import type { TraceResource } from '../encoding/trace-request.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { countRedacted } from '../redaction/redaction-metrics.ts';
import type { Outages } from '../self-metrics/outages.ts';
import { PROFILES } from '../settings/profiles.ts';
import { SettingError } from '../settings/setting-error.ts';
import type { ResolvedSettings } from '../settings/settings.ts';
import { AuditSpool } from '../spool/audit-spool.ts';
import { auditOutages } from './outages.ts';

/** Where audit has to be and nobody says where: in the working directory. */
const DEFAULT_PATH = 'telemetry-audit';
const MS_PER_S = 1_000;
const MS_PER_DAY = 86_400_000;

/** Opens the spool, if audit is to be durable: always under staging and prod, under dev where a path is given. */
export function startAudit(
	settings: ResolvedSettings,
	resource: TraceResource,
	metrics: BoundMetrics,
	redaction: Redaction,
	outages: Outages,
): AuditSpool | undefined {
	const { audit, otlp, profile, regulated } = settings;
	const isOptional = PROFILES[profile].isAuditOptional && !regulated;
	const path = audit.path ?? (isOptional ? undefined : DEFAULT_PATH);
	if (!audit.enabled || path === undefined) return undefined;
	const told = auditOutages(outages, settings, path);
	const spool = new AuditSpool({
		path,
		resource,
		redaction,
		onRedacted: (counts) => countRedacted(metrics, counts),
		destination: otlp.logs,
		maxBytes: audit.maxBytes,
		retainMs: isOptional ? 0 : audit.retentionDays * MS_PER_DAY,
		watermark:
			audit.watermarkUrl === undefined ? undefined : { url: audit.watermarkUrl, headers: audit.watermarkHeaders },
		signingKey: audit.signingKeyFile && readSigningKey(audit.signingKeyFile),
		checkpointEveryMs: audit.checksumIntervalS * MS_PER_S,
		scopes: () => openTelemetry().scopes,
		onState: told.onState,
		onLost(reason, entries) {
			told.onLost(reason, entries);
			metrics
				.bind(metric['pipeline.telemetry.events.counter.events_dropped_total'], {
					'pipeline.signal': 'AUDIT',
					'pipeline.reason': reason,
				})
				.add(entries);
		},
	});
	return spool;
}

function readSigningKey(file: string): string {
	try {
		const key = readFileSync(file, 'utf8');
		if (createPrivateKey(key).asymmetricKeyType === 'ed25519') return key;
	} catch {
		// Said below; what the file holds is not repeated.
	}
	throw new SettingError([
		{ source: 'audit.signingKeyFile', problem: `is ${file}; allowed: a file with an Ed25519 private key in PEM` },
	]);
}
