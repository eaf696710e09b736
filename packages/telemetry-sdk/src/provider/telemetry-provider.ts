import { randomUUID } from 'node:crypto';
import { diag, metrics as metricsApi } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { installTelemetry, noopMetrics, openTelemetry, telemetry } from '@pipeline/telemetry-core';
import { openTerminal } from '../console/open-terminal.ts';
import type { TraceResource } from '../encoding/trace-request.ts';
import { Connections } from '../export/connections.ts';
import type { FlagSource } from '../flags/flag-source.ts';
import { InstrumentationFlags, switchedEvents } from '../flags/instrumentation-flags.ts';
import { localFlags } from '../flags/local-flags.ts';
import type { HealthReport, HealthSource } from '../health-server/health-source.ts';
import type { ModuleLogs } from '../logs/module-logs.ts';
import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import { observeProcess } from '../metrics/process-metrics.ts';
import type { PrometheusReader } from '../metrics/prometheus-reader.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { startRedaction } from '../redaction/redaction-metrics.ts';
import type { RedactionOptions } from '../redaction/redaction-options.ts';
import { ExportMonitors } from '../self-metrics/export-monitor.ts';
import { observeTelemetry } from '../self-metrics/observe-telemetry.ts';
import type { Environment } from '../settings/environment.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { reasonOf } from '../settings/setting-error.ts';
import type { ResolvedSettings, TelemetrySettings } from '../settings/settings.ts';
import type { AuditSpool } from '../spool/audit-spool.ts';
import type { SpoolState } from '../spool/spool-options.ts';
import { startAudit } from './audit.ts';
import { createExporters } from './exporters.ts';
import { type RunningOpenTelemetry, startOpenTelemetry } from './open-telemetry.ts';
import { createOutages, exportOutages } from './outages.ts';
import { startPumping } from './pumping.ts';
import { Recording } from './recording.ts';
import { type Serving, startServing } from './serving.ts';
import { ALREADY_ON } from './taken-globals.ts';
import type { ReceiptSink, SpanSink } from './trace-pipeline.ts';
import { Undoing } from './undoing.ts';
import { within } from './within.ts';

const SOURCE = '@pipeline/telemetry-sdk';
const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_LOGS = { level: 'INFO', perSecond: 100 } as const;

export interface TelemetryProviderOptions extends TelemetrySettings {
	/** What may leave the process; `keys` and `strict` are settings like others. */
	readonly redaction?: RedactionOptions | undefined;
	/** Instrumentations to switch on: those of the modules, and any other. */
	readonly instrumentations?: readonly Instrumentation[];
	/** Where spans of records go besides the endpoint. */
	readonly spanSinks?: readonly SpanSink[];
	/** Takes the journal of every record where there is no audit spool, in place of audit as log records. */
	readonly receipts?: ReceiptSink;
	/** Further processors of all other spans. */
	readonly spanProcessors?: readonly SpanProcessor[];
	/** Further processors of events. */
	readonly logRecordProcessors?: readonly LogRecordProcessor[];
	/** Where the lines of `logs()` go besides the endpoint. @default standard output, which is not waited for */
	readonly logLines?: { write(line: string): void };
	/** Further readers of metrics, made with the bound metrics that they are to read. */
	readonly metricReaders?: (metrics: BoundMetrics) => readonly IMetricReader[];
	/** Records followed at the same time; a power of two, at most 65,536. @default 16384 */
	readonly slots?: number;
	/** Memory for records that have left and wait for what is decided about them; about 500 bytes each. @default 4194304 */
	readonly receiptBytes?: number;
	/** Components of the application that `/health` shows beside those of telemetry. */
	readonly healthSources?: readonly HealthSource[];
	/** Whether the application takes work, for `/ready`. Not whether what it depends on does. @default true until `shutdown` */
	readonly isReady?: () => boolean;
	/** Where flags come from that switch instrumentation while the process runs. @default `localFlags(env)` */
	readonly flags?: FlagSource;
	/** Where settings are read. Certificates are read by the exporters themselves, from `process.env`. @default process.env */
	readonly env?: Environment;
	/** Path of the manifest. @default `TELEMETRY_MANIFEST`, else `telemetry.yaml` in the working directory where there is one */
	readonly manifest?: string | undefined;
}

/** What `start` has switched on. */
interface Running {
	readonly settings: ResolvedSettings;
	readonly metrics: BoundMetrics;
	readonly redaction: Redaction;
	readonly recording: Recording;
	readonly audit: AuditSpool | undefined;
	readonly openTelemetry: RunningOpenTelemetry;
	readonly serving: Serving;
}

/** Pipeline Telemetry of one process: every record followed, its batches and everything else traced by the OpenTelemetry SDK. */
export class TelemetryProvider {
	readonly #options: TelemetryProviderOptions;
	#running: Running | undefined;
	#starting: Promise<boolean> | undefined;
	#logs: Promise<ModuleLogs> | undefined;
	#audit: AuditSpool | undefined;
	readonly #undoing = new Undoing();

	constructor(options: TelemetryProviderOptions = {}) {
		this.#options = options;
	}

	/**
	 * Switches telemetry on. A failure never stops the application: it is said in one line, and telemetry stays off. So does a provider without
	 * options where another one runs: it would only do once more what that one does.
	 *
	 * @returns whether it is on
	 */
	async start(): Promise<boolean> {
		if (this.#running !== undefined) return true;
		this.#starting ??= this.#start().finally(() => {
			this.#starting = undefined;
		});
		return this.#starting;
	}

	async #start(): Promise<boolean> {
		try {
			if (telemetry.source === SOURCE && Object.keys(this.#options).length === 0) {
				console.error(`${SOURCE}: ${ALREADY_ON}`);
				return false;
			}
			const settings = await this.#settings();
			if (settings.enabled) this.#running = await this.#switchOn(settings);
			return settings.enabled;
		} catch (error) {
			console.error(`${SOURCE}: telemetry stays off: ${reasonOf(error)}`);
			this.#undoing.run();
			// Its thread may run already.
			await this.#audit?.close(0);
			return false;
		}
	}

	/** How the audit spool is, if there is one. */
	get audit(): SpoolState | undefined {
		return this.#running?.audit?.state;
	}

	/** How this process and its telemetry are, as `/health` says it; undefined while telemetry is off. */
	async health(): Promise<HealthReport | undefined> {
		return this.#running?.serving.checks.report();
	}

	/** Ports of `/health` and `/metrics`, where they are served. */
	get ports(): { readonly health: number | undefined; readonly metrics: number | undefined } {
		const { healthPort, metricsPort } = this.#running?.serving ?? {};
		return { health: healthPort, metrics: metricsPort };
	}

	/**
	 * The process's log: JSON lines with the ids of the record or span that they were written in, on standard output and, where logs have an
	 * endpoint, as log records. Level and limit are settings (`LOG_LEVEL`). Open it after `start`; without, it works, too, and stays in the process.
	 * Loads pino.
	 */
	logs(): Promise<ModuleLogs> {
		this.#logs ??= this.#openLogs();
		return this.#logs;
	}

	/** Metrics for whoever scrapes them: `await prometheus.scrape()`; undefined unless `prom.enabled` is set. */
	get prometheus(): PrometheusReader | undefined {
		return this.#running?.openTelemetry.prometheus;
	}

	/** Sends what is there. @returns whether everything was gone within the time */
	async forceFlush(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
		if (this.#running === undefined) return true;
		const { recording, openTelemetry: sdk } = this.#running;
		const flushed = recording.forceFlush(timeoutMs).then((isDone) => sdk.forceFlush().then(() => isDone));
		return within(flushed, timeoutMs, false).catch(() => false);
	}

	/** Switches telemetry off and sends what it can within the time. Never throws; a second call does nothing. It can be started again. */
	async shutdown(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
		await this.#starting;
		const running = this.#running;
		this.#running = undefined;
		if (running === undefined) return;
		const { recording, openTelemetry: sdk, serving } = running;
		const logs = this.#logs;
		this.#logs = undefined;
		await Promise.allSettled([logs?.then((lines) => lines.flush()), within(serving.close(), timeoutMs, undefined)]);
		await Promise.allSettled([recording.shutdown(timeoutMs), within(sdk.providers.shutdown(), timeoutMs, undefined)]);
		this.#undoing.run();
		// Records that ended meanwhile: nothing takes them any more, but they are counted.
		recording.pump(true);
	}

	async #openLogs(): Promise<ModuleLogs> {
		const running = this.#running;
		const settings = running?.settings ?? (await this.#settings().catch(() => undefined));
		const { createModuleLogs } = await import('../logs/module-logs.ts');
		return createModuleLogs({
			...(settings?.logs ?? DEFAULT_LOGS),
			metrics: running?.metrics ?? noopMetrics,
			redaction: running?.redaction,
			destination: this.#options.logLines,
			isExported: running !== undefined && this.#hasLogs(running.settings),
		});
	}

	/** Whether somebody takes log records. */
	#hasLogs({ otlp }: ResolvedSettings): boolean {
		return otlp.logs !== undefined || (this.#options.logRecordProcessors ?? []).length > 0;
	}

	#settings(): Promise<ResolvedSettings> {
		const { env = process.env, manifest } = this.#options;
		return loadSettings(this.#options, env, manifest);
	}

	async #switchOn(given: ResolvedSettings): Promise<Running> {
		const connections = new Connections();
		this.#undoing.add(() => connections.end());
		const exporters = await createExporters(given.otlp, connections);
		const { metrics, redaction } = startRedaction({ ...this.#options.redaction, ...given.redaction });
		const attributes = redaction.attributes(given.attributes);
		const settings = { ...given, attributes, resource: redaction.attributes(given.resource) };
		const resource = defaultResource().merge(
			resourceFromAttributes({ 'service.instance.id': randomUUID(), ...settings.resource }),
		);
		const scopeOf = (base: number) => openTelemetry().scopeOf(base);
		const terminal = await openTerminal(settings.console);
		const { slots, receiptBytes, spanSinks = [] } = this.#options;
		const sinks = terminal.sink === undefined ? spanSinks : [...spanSinks, terminal.sink];
		// Nothing of it has to be waited for.
		const spanResource = { attributes: resource.attributes as TraceResource['attributes'] };
		const outages = createOutages();
		const audit = startAudit(settings, spanResource, metrics, redaction, outages);
		this.#audit = audit;
		const monitors = new ExportMonitors(metrics, exportOutages(outages, settings));
		const flags = new InstrumentationFlags({
			source: this.#options.flags ?? localFlags(this.#options.env),
			metrics,
			modules: settings.modules,
			events: { emit: (event, detail) => recording.events.emit(event, detail) },
			onAllOff: () => recording.recorder.abandon(),
			onFailure: (error) => diag.error(`${SOURCE}: flags were not read`, error),
		});
		const recording = new Recording({
			settings,
			resource: spanResource,
			redaction,
			audit,
			slots,
			receiptBytes,
			receipts: this.#options.receipts,
			hasListeners: this.#hasLogs(settings) || (this.#options.spanProcessors ?? []).length > 0,
			metrics,
			scopeOf,
			sinks,
			onFate: (journal, isKept) => sdk.gate.decide(journal, isKept),
			admission: flags.admission,
			monitors,
			connections,
		});
		const sdk = startOpenTelemetry({
			settings,
			resource,
			redaction,
			options: this.#options,
			metrics,
			scopeOf,
			exporters,
			terminal,
			monitors,
		});
		const undoing = this.#undoing;
		undoing.add(() => sdk.providers.unregister());
		undoing.add(() => void sdk.providers.shutdown().catch(() => {}));
		undoing.add(sdk.restoreModules);
		const { recorder: tracer } = recording;
		const { queues } = sdk;
		const { detail } = settings;
		observeTelemetry(metrics, { recorder: tracer, detail, queues, spool: audit && (() => audit.state) });
		const events = switchedEvents(recording.events);
		const uninstall = installTelemetry({
			source: SOURCE,
			tracer,
			events,
			metrics,
			attributes,
			...(settings.regulated && audit !== undefined ? { hold: () => audit.hold() } : {}),
		});
		undoing.add(uninstall);
		const stopObserving = observeProcess(metricsApi.getMeter(SOURCE));
		undoing.add(stopObserving);
		undoing.add(startPumping(recording, settings.queue.traces.flushMs, () => outages.remind()));
		undoing.add(() => flags.close());
		await flags.start();
		const { healthSources = [], isReady = () => true } = this.#options;
		const parts = { settings, metrics, recording, openTelemetry: sdk, monitors, audit };
		const serving = await startServing({ ...parts, sources: healthSources, isReady });
		return { settings, metrics, redaction, recording, audit, openTelemetry: sdk, serving };
	}
}
