import {
	createContextKey,
	createTraceState,
	defaultTextMapGetter,
	defaultTextMapSetter,
	propagation,
	ROOT_CONTEXT,
	trace,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { fromSpanContext, PipelinePropagator, toSpanContext, WarnLimiter } from '../../src/propagation/index.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const propagator = new PipelinePropagator({ warnings: new WarnLimiter({ warn: () => {} }) });

function extract(carrier: Record<string, string>) {
	return propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

function inject(context = ROOT_CONTEXT): Record<string, string> {
	const carrier: Record<string, string> = {};
	propagator.inject(context, carrier, defaultTextMapSetter);
	return carrier;
}

describe('PipelinePropagator', () => {
	it('carries random flag, level 2 tracestate and baggage with properties through a context', () => {
		const headers = { traceparent: `00-${traceId}-${spanId}-02`, tracestate: '9a@b@c=1', baggage: 'a=%C3%B6;p=1,b=2' };
		const context = extract(headers);
		expect(trace.getSpanContext(context)).toMatchObject({ traceId, spanId, traceFlags: 2, isRemote: true });
		expect(propagation.getBaggage(context)?.getEntry('a')?.value).toBe('ö');
		expect(inject(context)).toEqual(headers);
	});

	it('finds headers in any case', () => {
		expect(inject(extract({ TraceParent: `00-${traceId}-${spanId}-01` }))).toEqual({
			traceparent: `00-${traceId}-${spanId}-01`,
		});
	});

	it('continues nothing malformed', () => {
		const context = extract({ traceparent: `00-${traceId}-${spanId}-001`, tracestate: 'a=1' });
		expect(trace.getSpanContext(context)).toBeUndefined();
		expect(inject(context)).toEqual({});
	});

	it('writes no trace context for suppressed or invalid spans, and checks a foreign trace state', () => {
		const spanContext = { traceId, spanId, traceFlags: 0xff, traceState: createTraceState('a=1,b=2') };
		const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
		expect(inject(context)).toEqual({ traceparent: `00-${traceId}-${spanId}-03`, tracestate: 'a=1,b=2' });
		const suppressed = context.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
		expect(inject(suppressed)).toEqual({});
		expect(inject(trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceId: '0'.repeat(32) }))).toEqual({});
	});

	it('names its headers', () => {
		expect(propagator.fields()).toEqual(['traceparent', 'tracestate', 'baggage']);
	});
});

describe('span contexts', () => {
	it('become fields and come back', () => {
		const fields = { traceId, spanId, traceFlags: 3, traceState: 'dp=k:1' };
		const context = toSpanContext(fields);
		expect(context).toMatchObject({ traceId, spanId, traceFlags: 3, isRemote: true });
		expect(context && fromSpanContext(context)).toEqual(fields);
		expect(toSpanContext({ traceId })).toBeUndefined();
		expect(fromSpanContext({ traceId, spanId: '', traceFlags: 0 })).toBeUndefined();
	});
});
