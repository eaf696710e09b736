import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { propagatorOf } from '../../src/provider/propagator.ts';
import type { PropagatorName } from '../../src/settings/settings.ts';

const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const baggage = propagation.createBaggage({ 'pipeline.namespace': { value: 'flights' }, secret: { value: 'x' } });
const context = propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, spanContext), baggage);
const HEADERS = {
	traceparent: `00-${spanContext.traceId}-${spanContext.spanId}-01`,
	baggage: 'pipeline.namespace=flights',
};

it.each<[readonly PropagatorName[], object]>([
	[['tracecontext', 'baggage'], HEADERS],
	[['baggage', 'tracecontext'], HEADERS],
	[['tracecontext'], { traceparent: HEADERS.traceparent }],
	[['baggage'], { baggage: HEADERS.baggage }],
])('writes and reads the headers of %j', (names, expected) => {
	const propagator = propagatorOf(names);
	const written = {};
	propagator?.inject(context, written, defaultTextMapSetter);
	expect(written).toEqual(expected);
	const read = propagator?.extract(ROOT_CONTEXT, HEADERS, defaultTextMapGetter) ?? ROOT_CONTEXT;
	expect([trace.getSpanContext(read)?.traceId, propagation.getBaggage(read)?.getAllEntries().length]).toEqual([
		names.includes('tracecontext') ? spanContext.traceId : undefined,
		names.includes('baggage') ? 1 : undefined,
	]);
});

it('is none where none is asked for', () => {
	expect(propagatorOf([])).toBeUndefined();
});
