import { context, trace } from '@opentelemetry/api';
import { type Journal, type Stage, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, span } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	startWork,
	type WorkSpan,
} from '@pipeline/telemetry-core/instrumentation';
import { fromSpanContext, injectHeaders } from '@pipeline/telemetry-core/propagation';
import type { GammaBinding } from './binding.ts';
import type { GammaState } from './state.ts';

/** Baggage that an outside party may see. */
const OUTBOUND_BAGGAGE = ['pipeline.namespace'];

/**
 * One call of a destination. Spans of libraries inside it belong to the attempt when it carries one record, else to a span of
 * the call, which the attempts point to.
 */
export function sendBatch(binding: GammaBinding, state: GammaState): Patch {
	const readers = binding.sendBatch;
	return {
		target: readers,
		sees: 'calls of destinations: HTTP and database spans inside them, records that share one',
		wrap: (original: Callable, operation: Operation) =>
			function sent(this: unknown, batch: unknown): unknown {
				const call = () => Reflect.apply(original, this, arguments);
				if (!operation.isEnabled) return call();
				let rendered: readonly object[] = [];
				let work: WorkSpan | undefined;
				guarded(operation.name, () => {
					rendered = read(readers?.rendered, batch) ?? [];
					if (rendered.length > 1) work = openCall(binding, state, batch, rendered);
				});
				const opened = work;
				if (opened === undefined) return alone(rendered[0], call);
				return followResult(
					() => context.with(trace.setSpan(context.active(), opened.span), call),
					(isFailure, value) =>
						guarded(operation.name, () => {
							if (isFailure) opened.fail(error['DELIV_999_UNKNOWN'], value);
							opened.span.end();
						}),
				);
			},
	};
}

function alone(rendered: object | undefined, call: () => unknown): unknown {
	const { tracer } = telemetry;
	const journal = rendered === undefined ? (0 as Journal) : tracer.journalOf(rendered);
	if (rendered === undefined || journal === 0) return call();
	return tracer.run(journal, tracer.stageOf(rendered), call);
}

function openCall(
	binding: GammaBinding,
	{ records, batches }: GammaState,
	batch: unknown,
	rendered: readonly object[],
): WorkSpan {
	const { tracer } = telemetry;
	const readers = binding.sendBatch;
	const [first] = rendered;
	const batchId = first === undefined ? undefined : records.batchIdOf(tracer.journalOf(first));
	// The context of whoever asked first, some record's attempt, is not that of the call.
	const work = startWork(span['gamma.delivery.send_batch'], batches.of(batchId)?.position ?? 'root', context.active());
	work.set(attribute['pipeline.batch_id'], batchId);
	work.set(attribute['pipeline.destination_id'], read(readers?.destinationId, batch));
	work.set(attribute['pipeline.format'], read(readers?.format, batch));
	work.set(attribute['pipeline.record_count'], rendered.length);
	work.set(attribute['pipeline.size_bytes'], read(readers?.sizeBytes, batch));
	const position = work.position();
	for (const record of rendered) {
		const stage: Stage = tracer.stageOf(record);
		tracer.link(tracer.journalOf(record), stage, 'batch', position);
	}
	return work;
}

/** An outbound call takes the trace context along, to destinations that asked for it. */
export function headers(binding: GammaBinding, propagateTo: ReadonlySet<string>): Patch {
	const readers = binding.headers;
	return {
		target: readers,
		sees: 'headers of outbound calls: trace context for destinations that want it',
		wrap: (original: Callable, operation: Operation) =>
			function made(this: unknown, batch: unknown): unknown {
				const result: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled && propagateTo.size > 0)
					guarded(operation.name, () => {
						if (!propagateTo.has(read(readers?.destinationId, batch) ?? '')) return;
						const active = trace.getActiveSpan()?.spanContext();
						const fields = active === undefined ? undefined : fromSpanContext(active);
						if (fields !== undefined)
							injectHeaders(fields, result as Record<string, unknown>, { baggageKeys: OUTBOUND_BAGGAGE });
					});
				return result;
			},
	};
}
