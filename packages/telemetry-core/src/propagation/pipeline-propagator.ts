import {
	type Baggage,
	type BaggageEntry,
	baggageEntryMetadataFromString,
	type Context,
	createContextKey,
	propagation,
	type TextMapGetter,
	type TextMapPropagator,
	type TextMapSetter,
	trace,
} from '@opentelemetry/api';
import { propertiesKey } from './baggage.ts';
import { BAGGAGE_HEADER, extractHeaders, TRACEPARENT_HEADER, TRACESTATE_HEADER } from './extract-headers.ts';
import type { HeaderValue } from './header-source.ts';
import { type InjectOptions, injectHeaders } from './inject-headers.ts';
import { fromSpanContext, toSpanContext } from './span-context.ts';
import type { TraceFields } from './trace-fields.ts';
import { contextWarnings, type WarnLimiter } from './warn-limiter.ts';

// The key under which OpenTelemetry's SDK marks contexts that must leave no trace, e.g. an exporter's own requests.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** How a propagator is set up. */
export interface PipelinePropagatorOptions {
	/** Named in warnings about malformed headers. @default opentelemetry */
	readonly source?: string;
	readonly warnings?: WarnLimiter;
	/** Baggage keys that may leave. @default all */
	readonly baggageKeys?: readonly string[];
}

/**
 * W3C Trace Context level 2 and Baggage for OpenTelemetry, on the same code as `extractHeaders` and `injectHeaders`.
 * Unlike the stock propagators it keeps the random flag and refuses malformed `tracestate` as a whole.
 */
export class PipelinePropagator implements TextMapPropagator {
	readonly #source: string;
	readonly #warnings: WarnLimiter;
	readonly #inject: InjectOptions;

	constructor(options: PipelinePropagatorOptions = {}) {
		this.#source = options.source ?? 'opentelemetry';
		this.#warnings = options.warnings ?? contextWarnings;
		this.#inject = options.baggageKeys === undefined ? {} : { baggageKeys: options.baggageKeys };
	}

	inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
		const baggage = propagation.getBaggage(context);
		const spanContext = context.getValue(SUPPRESS_TRACING) === true ? undefined : trace.getSpanContext(context);
		const fields: TraceFields = (spanContext === undefined ? undefined : fromSpanContext(spanContext)) ?? {};
		if (baggage !== undefined) fields.baggage = toBaggageMap(baggage);
		injectHeaders(fields, (name, value) => setter.set(carrier, name, value), this.#inject);
	}

	extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
		const { fields } = extractHeaders((name) => readHeader(carrier, getter, name), this.#source, this.#warnings);
		const spanContext = toSpanContext(fields);
		const withSpan = spanContext === undefined ? context : trace.setSpanContext(context, spanContext);
		return fields.baggage === undefined ? withSpan : propagation.setBaggage(withSpan, toBaggage(fields.baggage));
	}

	fields(): string[] {
		return [TRACEPARENT_HEADER, TRACESTATE_HEADER, BAGGAGE_HEADER];
	}
}

/** By lowercase name, else by any case: getters of plain maps do not know that headers have none. */
function readHeader<C>(carrier: C, getter: TextMapGetter<C>, name: string): HeaderValue {
	const found = getter.get(carrier, name);
	if (found !== undefined) return found;
	const keys = getter.keys(carrier).filter((key) => key !== name && key.toLowerCase() === name);
	return keys.flatMap((key) => getter.get(carrier, key) ?? []);
}

function toBaggageMap(baggage: Baggage): Record<string, string> {
	const entries: [string, string][] = [];
	for (const [key, { value, metadata }] of baggage.getAllEntries()) {
		entries.push([key, value]);
		const properties = metadata?.toString();
		if (properties) entries.push([propertiesKey(key), properties]);
	}
	return Object.fromEntries(entries);
}

function toBaggage(map: Readonly<Record<string, string>>): Baggage {
	const entries: [string, BaggageEntry][] = [];
	for (const [key, value] of Object.entries(map)) {
		if (key.endsWith(';')) continue;
		const properties = map[propertiesKey(key)];
		entries.push([
			key,
			properties === undefined ? { value } : { value, metadata: baggageEntryMetadataFromString(properties) },
		]);
	}
	return propagation.createBaggage(Object.fromEntries(entries));
}
