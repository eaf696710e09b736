import type { HealthChecks } from '../health-server/health-checks.ts';
import type { HealthSource } from '../health-server/health-source.ts';
import type { Served, ServeOptions } from '../health-server/serve.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import type { ExportMonitors } from '../self-metrics/export-monitor.ts';
import type { ResolvedSettings } from '../settings/settings.ts';
import type { AuditSpool } from '../spool/audit-spool.ts';
import type { RunningOpenTelemetry } from './open-telemetry.ts';
import type { Recording } from './recording.ts';

const SAMPLE_EVERY_MS = 10_000;

export interface ServingParts {
	readonly settings: ResolvedSettings;
	readonly metrics: BoundMetrics;
	readonly recording: Recording;
	readonly openTelemetry: RunningOpenTelemetry;
	readonly monitors: ExportMonitors;
	readonly audit: AuditSpool | undefined;
	/** The application's own components. */
	readonly sources: readonly HealthSource[];
	/** Whether the application takes work. */
	readonly isReady: () => boolean;
}

/** Health of this process, and what serves it. */
export interface Serving extends Served {
	readonly checks: HealthChecks;
}

/** Watches over telemetry, and opens the ports that are switched on. */
export async function startServing(parts: ServingParts): Promise<Serving> {
	const { settings, metrics, recording, openTelemetry, monitors, audit, sources, isReady } = parts;
	const [{ HealthChecks }, { LossWindow }, { telemetrySources }] = await Promise.all([
		import('../health-server/health-checks.ts'),
		import('../health-server/telemetry-losses.ts'),
		import('../health-server/telemetry-sources.ts'),
	]);
	const { recorder } = recording;
	const now = () => performance.now();
	const window = new LossWindow({ metrics, records: () => recorder.counts.begun, now });
	const timer = setInterval(() => window.sample(), SAMPLE_EVERY_MS).unref();
	const spool = audit && (() => audit.state);
	const { queues, prometheus } = openTelemetry;
	const telemetry = telemetrySources({ metrics, window, recorder, queues, monitors, spool, now });
	const checks = new HealthChecks({ sources: [...telemetry, ...sources] });
	const served = await servedPorts({
		health: settings.health.enabled ? { ...settings.health, checks, isReady } : undefined,
		metrics: prometheus && { ...settings.prom, reader: prometheus },
		onFailure: (message) => console.error(`@pipeline/telemetry-sdk: ${message}`),
	});
	return {
		...served,
		checks,
		close() {
			clearInterval(timer);
			return served.close();
		},
	};
}

/** Most processes serve nothing: a server of HTTP is not loaded for them. */
async function servedPorts(options: ServeOptions): Promise<Served> {
	if (options.health === undefined && options.metrics === undefined)
		return { healthPort: undefined, metricsPort: undefined, close: async () => {} };
	const { serve } = await import('../health-server/serve.ts');
	return serve(options);
}
