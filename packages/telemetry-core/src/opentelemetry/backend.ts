import { type Meter, type MeterProvider, metrics, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { TABLE_SIZE } from '../registry/define.ts';
import type { SpanDef } from '../registry/definitions.ts';
import { globalCell } from '../runtime/global-slot.ts';
import { commonAttributes } from '../runtime/resource.ts';
import { installTelemetry, telemetry } from '../runtime/telemetry.ts';
import { selfMetric } from '../signals/self-metrics.ts';
import { type LoggerLike, OpenTelemetryEventSink } from './event-sink.ts';
import { OpenTelemetryMetrics } from './metrics.ts';
import { Projection } from './projection.ts';
import { OpenTelemetryRecordTracer, type OpenTelemetryTracerOptions } from './record-tracer.ts';

/** Name and version under which a module's telemetry is emitted. */
export interface Scope {
	readonly name: string;
	readonly version: string;
}

const SOURCE = 'opentelemetry';
// Run from its sources, nothing was built in.
const VERSION = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';

const CORE_SCOPE: Scope = { name: '@pipeline/telemetry-core', version: VERSION };

/**
 * Telemetry on whatever OpenTelemetry SDK the application has registered. It steps in when nothing else is installed, so a
 * team without `telemetry-sdk` sees its records in the backend it already has.
 */
export class OpenTelemetryBackend {
	readonly #scopes = new Map<number, Scope>();
	readonly #loggers = new Map<number, () => LoggerLike | undefined>();
	#tracers = new Map<number, Tracer>();
	#tracersOf: TracerProvider | undefined;
	#metersOf: MeterProvider | undefined;
	#tracerProvider: TracerProvider | undefined;
	#meterProvider: MeterProvider | undefined;
	#logger: (() => LoggerLike | undefined) | undefined;

	/** Says who speaks for a module's definitions. Idempotent. */
	addScope(base: number, scope: Scope, logger: () => LoggerLike | undefined): void {
		this.#scopes.set(base, scope);
		this.#loggers.set(base, logger);
		this.#tracers.delete(base);
		if (telemetry.source === 'none') this.install();
	}

	/**
	 * A provider given explicitly, in place of the global one. The global one itself is not remembered but asked for each time: before an SDK
	 * is registered it is a placeholder, which never comes to life when the SDK has another build of the API (import here, require there).
	 */
	setTracerProvider(provider: TracerProvider): void {
		this.#tracerProvider = provider === trace.getTracerProvider() ? undefined : provider;
	}

	/** As with tracers. */
	setMeterProvider(provider: MeterProvider): void {
		this.#meterProvider = provider === metrics.getMeterProvider() ? undefined : provider;
		this.followProviders();
	}

	/** Instruments move to the meter provider that there is now. */
	followProviders(): void {
		if (telemetry.source !== SOURCE || this.#metersOf === this.#currentMeterProvider()) return;
		installTelemetry({ metrics: this.#createMetrics() });
	}

	/** One logger for all modules' events, in place of their own. */
	setLogger(logger: () => LoggerLike | undefined): void {
		this.#logger = logger;
	}

	/** Forgets the providers that were given explicitly. */
	reset(): void {
		this.#tracerProvider = undefined;
		this.#meterProvider = undefined;
		this.#logger = undefined;
	}

	/** All who have said that they speak for a registry base. */
	get scopes(): ReadonlyMap<number, Scope> {
		return this.#scopes;
	}

	/** Who speaks for the definitions of a registry base. */
	scopeOf(base: number): Scope {
		return this.#scopes.get(base) ?? CORE_SCOPE;
	}

	/** The tracer of the module that owns a span's definition. */
	tracerOf(definition: SpanDef): Tracer {
		const base = Math.floor(definition / TABLE_SIZE);
		const provider = this.#tracerProvider ?? trace.getTracerProvider();
		if (provider !== this.#tracersOf) {
			this.#tracers = new Map();
			this.#tracersOf = provider;
		}
		const known = this.#tracers.get(base);
		if (known !== undefined) return known;
		const { name, version } = this.scopeOf(base);
		const created = provider.getTracer(name, version);
		this.#tracers.set(base, created);
		return created;
	}

	/** Switches the process's telemetry to this backend. */
	install(options: Pick<OpenTelemetryTracerOptions, 'detail' | 'maxActiveRecords' | 'now'> = {}): () => void {
		const events = new OpenTelemetryEventSink({
			logger: (event) => this.#loggerOf(Math.floor(event / TABLE_SIZE)),
			onDropped: (reason) => selfMetric('pipeline.telemetry.events.counter.events_dropped_total', 'EVENTS', reason),
		});
		const tracer = new OpenTelemetryRecordTracer({
			...options,
			projection: new Projection((definition) => this.tracerOf(definition), events),
			onLost: (reason) => selfMetric('pipeline.telemetry.recorder.counter.records_lost_total', reason),
		});
		return installTelemetry({
			source: SOURCE,
			tracer,
			events,
			metrics: this.#createMetrics(),
			attributes: commonAttributes(),
		});
	}

	#currentMeterProvider(): MeterProvider {
		return this.#meterProvider ?? metrics.getMeterProvider();
	}

	#createMetrics(): OpenTelemetryMetrics {
		this.#metersOf = this.#currentMeterProvider();
		return new OpenTelemetryMetrics((base) => this.#meterOf(base));
	}

	#loggerOf(base: number): LoggerLike | undefined {
		return (this.#logger ?? this.#loggers.get(base) ?? this.#loggers.values().next().value)?.();
	}

	#meterOf(base: number): Meter {
		const { name, version } = this.scopeOf(base);
		return this.#currentMeterProvider().getMeter(name, version);
	}
}

/** The process's backend, shared by all copies of this package. */
export const openTelemetry = (): OpenTelemetryBackend => globalCell('opentelemetry', () => new OpenTelemetryBackend());
