import {
	AlwaysOnSampler,
	BatchSpanProcessor,
	type IdGenerator,
	ParentBasedSampler,
	type Sampler,
	type SpanExporter,
	type SpanProcessor,
	TraceIdRatioBasedSampler,
	TracerProvider,
} from '@opentelemetry/sdk-trace';
import { PROFILES } from '@pipeline/telemetry-sdk';
import { TailFilter } from './tail-filter.ts';

/** Nothing is lost in a batch of the benchmark; the SDK's own default of 2,048 would drop most of it. */
export const QUEUE_SIZE = 200_000;

const { ratio, slowTraceMs } = PROFILES.prod;

/** Share of the traces that production keeps without a reason. */
export const PROD_RATIO = ratio;

/** Which spans the plain SDK exports; every one where neither is given. */
export interface SpanChoice {
	/** Decides at the beginning of a trace. */
	readonly sampler?: Sampler;
	/** Decides what of the finished spans goes on. */
	readonly filter?: (next: SpanProcessor) => SpanProcessor;
}

/** A tenth of the traces, decided at their beginning: errors are lost like everything else. */
export const headSampled = (): SpanChoice => ({ sampler: new TraceIdRatioBasedSampler(ratio) });

/** All spans are held until their trace is complete; errors, slow traces and a tenth of the others are exported. */
export const tailFiltered = (): SpanChoice => ({
	filter: (next) => new TailFilter(next, { ratio, slowMs: slowTraceMs }),
});

/** The SDK as its users set it up, with a queue that holds a whole batch. */
export function plainTracerProvider(
	exporter: SpanExporter,
	{ sampler = new AlwaysOnSampler(), filter }: SpanChoice,
	more: { readonly idGenerator?: IdGenerator } = {},
): TracerProvider {
	const batches = new BatchSpanProcessor({ exporter, maxQueueSize: QUEUE_SIZE });
	return new TracerProvider({
		...more,
		sampler: new ParentBasedSampler({ root: sampler }),
		spanProcessors: [filter?.(batches) ?? batches],
	});
}
