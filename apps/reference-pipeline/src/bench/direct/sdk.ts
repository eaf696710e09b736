import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import { headSampled, PROD_RATIO, plainTracerProvider, type SpanChoice, tailFiltered } from '../plain-sdk.ts';
import { KeptRecords } from './kept-records.ts';
import { type DirectMode, SOURCE, STAGE_NAMES } from './record-work.ts';

const FAILURE = new Error('the destination refused the record');
interface Place {
	readonly module: string;
	readonly component: string;
}

const PLACES: readonly Place[] = STAGE_NAMES.map((name) => {
	const [module = '', component = ''] = name.split('.');
	return { module: module.toUpperCase(), component };
});
/** Its default of 30 loses what a batch of records has beyond 15,360 spans. */
const CONCURRENT_REQUESTS = 1_000;

/** Every span is exported. */
export const directEverySpan = (): Promise<DirectMode> => directSdk(KeptRecords.start(1), {});

/** A tenth of the traces; of the failed ones too. */
export const directHeadSampled = (): Promise<DirectMode> =>
	directSdk(KeptRecords.start(PROD_RATIO, PROD_RATIO), headSampled());

/** Errors, slow traces and a tenth of the others. */
export const directTailFiltered = (): Promise<DirectMode> => directSdk(KeptRecords.start(PROD_RATIO), tailFiltered());

async function directSdk(starting: Promise<KeptRecords>, choice: SpanChoice): Promise<DirectMode> {
	const kept = await starting;
	const exporter = new OTLPTraceExporter({ url: `${kept.url}/v1/traces`, concurrencyLimit: CONCURRENT_REQUESTS });
	const provider = plainTracerProvider(exporter, choice);
	return {
		...recordsBy(provider),
		flush: () => provider.forceFlush(),
		verify: (records, failed) => kept.verify(records, failed),
		async close() {
			await provider.shutdown();
			kept.stop();
		},
	};
}

/** Spans as they cost least: the context is handed on by hand, attributes are set one by one. They say what the recorder's spans say. */
function recordsBy(provider: TracerProvider): Pick<DirectMode, 'begin' | 'enter' | 'exit' | 'fail' | 'end'> {
	const tracer = provider.getTracer('bench');
	let root: Span;
	let context: Context;
	let child: Span;
	let id = '';
	return {
		begin(recordId) {
			id = recordId;
			root = tracer.startSpan('alpha.record.ingest', {}, ROOT_CONTEXT);
			describe(root, id, 'ALPHA', 'record');
			context = trace.setSpan(ROOT_CONTEXT, root);
		},
		enter(stage) {
			child = tracer.startSpan(STAGE_NAMES[stage] as string, {}, context);
			const { module, component } = PLACES[stage] as Place;
			describe(child, id, module, component);
		},
		exit(_stage, value) {
			child.setAttribute('pipeline.field_count', value);
			child.end();
		},
		fail() {
			child.recordException(FAILURE);
			child.setStatus({ code: SpanStatusCode.ERROR, message: FAILURE.message });
			child.end();
		},
		end(hasFailed) {
			if (hasFailed) root.setStatus({ code: SpanStatusCode.ERROR });
			root.end();
		},
	};
}

function describe(span: Span, recordId: string, module: string, component: string): void {
	span.setAttribute('pipeline.namespace', 'default');
	span.setAttribute('pipeline.product.name', 'default');
	span.setAttribute('pipeline.product.version', '0.0.0');
	span.setAttribute('pipeline.mode', 'prod');
	span.setAttribute('pipeline.record_id', recordId);
	span.setAttribute('pipeline.source_id', SOURCE);
	span.setAttribute('pipeline.module', module);
	span.setAttribute('pipeline.component', component);
}
